"""The cast of the fictional register: companies that are known for something, two of each kind, by CVR number."""

from __future__ import annotations

# The documentation's example: nothing but name and telephone is known of it.
LASSO_X = "34580820"

# The name changed within the last year, as one had before that.
RENAMED = ("99000007", "99000015")
# A director, the chairman and the auditor changed within the last year.
CHANGED_MANAGEMENT = ("99000023", "99000031")
# Reklamebeskyttet: to be shown on every page.
PROTECTED = ("99000058", "99000066")
# Telephone and e-mail are hidden and must never be seen; the directors' addresses are protected.
HIDDEN_CONTACTS = ("99000074", "99000082")
# A name of more than 100 characters.
LONG_NAME = ("99000090", "99000104")
# Each owns a part of the other.
CYCLE = ("99000112", "99000120")
# Holds shares in itself.
OWN_SHARES = ("99000139", "99000147")
# The chain of owners leaves Denmark.
FOREIGN_OWNED = ("99000155", "99000163")
# Owned by a Danish company that the register lacks.
UNKNOWN_OWNER = ("99000171", "99000198")
# The persons behind it stand four levels up, by two ways.
FOUR_LEVELS = ("99000201", "99000228")
# Owned by a foundation, which nobody owns.
FOUNDATION_OWNED = ("99000236", "99000244")
# An owner without a filed percentage, which is not 0 %.
NO_PERCENTAGE = ("99000252", "99000260")
# Listed: exempt from registering beneficial owners.
LISTED = ("99000279", "99000287")
# Management put in as beneficial owners because there is none.
VIA_ROLE = ("99000295", "99000309")
# No beneficial owner registered at all.
NONE_REGISTERED = ("99000317", "99000325")
# What is registered of beneficial owners is not what the chains say.
DISCREPANCY = ("99000333", "99000341")
# Dissolved: by a voluntary decision; after bankruptcy.
DISSOLVED = ("99000368", "99000376")
# Under bankruptcy.
BANKRUPT = ("99000384", "99000392")
# Under compulsory dissolution.
COMPULSORY_DISSOLUTION = ("99000406", "99000414")
# Has never filed accounts.
NO_ACCOUNTS = ("99000422", "99000430")
# The newest accounts give the result twice, with two values.
CONFLICTING_ACCOUNTS = ("99000449", "99000457")
# Has lost more than its capital.
NEGATIVE_EQUITY = ("99000465", "99000473")
# Accounts and capital in euros.
EURO = ("99000481", "99000503")
# The newest accounts came after the deadline.
LATE = ("99000511", "99000538")
# Class C with figures of the group beside its own.
GROUP_ACCOUNTS = ("99000546", "99000554")
# The auditor's opinion has a reservation.
MODIFIED_OPINION = ("99000562", "99000570")
# The audit is not waived, but the accounts have none: a statement without assurance; no assistance at all.
UNAUDITED_WITHOUT_WAIVER = ("99000864", "99000872")
# One filing only, of a first period of more than twelve months.
FIRST_YEAR = ("99000880", "99000899")
# The financial year was moved: the year before the newest has six months.
MOVED_YEAR = ("99000902", "99000910")
# One of the years was never filed.
YEAR_MISSING = ("99000929", "99000937")
# The newest filing corrects what was filed for the year before.
RESTATED = ("99000945", "99000953")
# Billions, filed in thousands.
LARGE = ("99000961", "99000988")
# The newest accounts have a thousand times as many employees as there are.
IMPLAUSIBLE_EMPLOYEES = ("99000996", "99001003")
# The accounts have the group's figures only.
GROUP_ONLY = ("99001011", "99001038")
# Another audit firm than the year before.
NEW_AUDIT_FIRM = ("99001046", "99001054")
# The auditor doubts that the company goes on.
GOING_CONCERN = ("99001062", "99001070")
# Employees known only as an interval.
INTERVAL_ONLY = ("99000589", "99000597")
# I/S: partners without percentages.
PARTNERSHIP = ("99000600", "99000619")
# K/S: the general partner is a company.
LIMITED_PARTNERSHIP = ("99000627", "99000635")
# P/S.
PARTNER_COMPANY = ("99000643", "99000651")
# IVS, a form that no longer can be founded.
ENTREPRENEUR_COMPANY = ("99000678", "99000686")
# ENK: company data is the owner's personal data.
SOLE_PROPRIETORSHIP = ("99000694", "99000708")
# EFO and FON: foundations.
FOUNDATION = ("99000716", "99000724")
# FOR and FFO: associations.
ASSOCIATION = ("99000732", "99000740")
# A.M.B.A. and F.M.B.A..
COOPERATIVE = ("99000759", "99000767")
# FAS: a branch of a foreign company.
BRANCH = ("99000775", "99000783")
# Auditors of the others.
AUDIT_FIRM = ("99000791", "99000805")

# Everything about it changed within the last year: name, form, address, capital, signing rule, purpose, auditor,
# management, owners.
CHANGED_EVERYTHING = ("99001100", "99001119")
# Owned by the estate of somebody who died.
ESTATE_OWNED = ("99001127", "99001135")
# A director and owner whom the register gives no name.
NAMELESS = ("99001143", "99001151")
# Somebody who may or may not have more than a quarter, by two ways.
POSSIBLY_ABOVE = ("99001178", "99001186")
# Went into a merger within the last year.
MERGED = ("99001194", "99001208")

# 40 seats in executive board and board of directors.
MANY_SEATS = "99000813"
# 60 owners.
MANY_OWNERS = "99000821"
# Danish owners that the register lacks.
LACKING = ("99000848", "99000856")
