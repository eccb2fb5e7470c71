"""The words that the fictional register is made of. Names are put together of parts so that they exist nowhere."""

from __future__ import annotations

FORMS = {
    "A/S": (60, "A/S", "Aktieselskab"),
    "ApS": (80, "APS", "Anpartsselskab"),
    "IVS": (81, "IVS", "Iværksætterselskab"),
    "I/S": (30, "I/S", "Interessentskab"),
    "K/S": (40, "K/S", "Kommanditselskab"),
    "P/S": (70, "P/S", "Partnerselskab"),
    "ENK": (10, "ENK", "Enkeltmandsvirksomhed"),
    "FON": (90, "FON", "Fonde og andre selvejende institutioner"),
    "EFO": (100, "EFO", "Erhvervsdrivende fond"),
    "FOR": (110, "FOR", "Forening"),
    "FFO": (115, "FFO", "Frivillig forening"),
    "A.M.B.A.": (130, "ABA", "Andelsselskab med begrænset ansvar"),
    "F.M.B.A.": (140, "FBA", "Forening med begrænset ansvar"),
    "S.M.B.A.": (150, "SBA", "Selskab med begrænset ansvar"),
    "FAS": (170, "FAS", "Filial af udenlandsk aktieselskab, kapitalselskab m.m."),
}

GIVEN_NAMES = (
    "Agnete", "Alma", "Anders", "Asger", "Astrid", "Bente", "Birger", "Bodil", "Carl", "Dagny", "Ditte", "Ejnar",
    "Ellen", "Esben", "Frode", "Gerda", "Gunnar", "Hanne", "Helle", "Holger", "Ingrid", "Jeppe", "Jytte", "Karen",
    "Kirsten", "Knud", "Lene", "Ludvig", "Maren", "Mikkel", "Mogens", "Nanna", "Niels", "Oluf", "Ragnhild", "Rasmus",
    "Signe", "Sofie", "Svend", "Thyra", "Troels", "Ulla", "Viggo", "Vibeke", "Yrsa", "Åge",
)  # fmt: skip
SURNAME_BEGINNINGS = (
    "Bram", "Drypt", "Ellev", "Fjel", "Glim", "Hind", "Kvist", "Løvm", "Muld", "Nørk", "Pilt", "Ravn", "Skarn", "Tjels",
    "Ulve", "Vrang", "Ærte", "Ørnf",
)  # fmt: skip
SURNAME_ENDINGS = ("bækmose", "dalgrav", "engskov", "holtved", "kærsig", "lundskær", "rupvang", "torndal", "vigmark")

COMPANY_BEGINNINGS = (
    "Bryn", "Dyvel", "Fnug", "Glente", "Havre", "Hvalp", "Iser", "Kjelds", "Lyng", "Marehalm", "Nordstavn", "Porse",
    "Rimfrost", "Skarn", "Stavn", "Tjels", "Tornirisk", "Uglebo", "Vindrose", "Ærens", "Østerled", "Åkande",
)  # fmt: skip
COMPANY_ENDINGS = ("bo", "fald", "grav", "høj", "kær", "lund", "mose", "næs", "skær", "tved", "vang", "vig")

STREET_BEGINNINGS = (
    "Blåmunke",
    "Brombær",
    "Dunhammer",
    "Gedehams",
    "Kalmus",
    "Lærke",
    "Mosegris",
    "Snerle",
    "Tranebær",
)
STREET_ENDINGS = ("allé", "bakken", "gade", "kajen", "parken", "stræde", "torvet", "vej", "vænget")
# Postal code, district, municipality code and name.
PLACES = (
    (1453, "København K", 101, "KØBENHAVN"),
    (2100, "København Ø", 101, "KØBENHAVN"),
    (2730, "Herlev", 163, "HERLEV"),
    (2800, "Kongens Lyngby", 173, "LYNGBY-TAARBÆK"),
    (3400, "Hillerød", 219, "HILLERØD"),
    (4000, "Roskilde", 265, "ROSKILDE"),
    (4700, "Næstved", 370, "NÆSTVED"),
    (5000, "Odense C", 461, "ODENSE"),
    (6000, "Kolding", 621, "KOLDING"),
    (6700, "Esbjerg", 561, "ESBJERG"),
    (7100, "Vejle", 630, "VEJLE"),
    (7400, "Herning", 657, "HERNING"),
    (8000, "Aarhus C", 751, "AARHUS"),
    (8600, "Silkeborg", 740, "SILKEBORG"),
    (9000, "Aalborg", 851, "AALBORG"),
    (9900, "Frederikshavn", 813, "FREDERIKSHAVN"),
)

# Code, text, the word in the company's name, its purpose. DB07.
INDUSTRIES = (
    ("412000", "Opførelse af bygninger", "Entreprise", "at drive entreprenørvirksomhed og dermed beslægtet virksomhed"),
    ("432100", "El-installation", "El-teknik", "at drive virksomhed med el-installation og automation"),
    ("433200", "Tømrer- og bygningssnedkervirksomhed", "Tømrerforretning", "at drive tømrer- og snedkervirksomhed"),
    ("451110", "Engroshandel med personbiler, varebiler og minibusser", "Auto", "at drive handel med biler"),
    ("461900", "Agenturhandel med blandet sortiment", "Agentur", "at drive agentur- og handelsvirksomhed"),
    ("463900", "Ikke-specialiseret engroshandel med føde-, drikke- og tobaksvarer", "Fødevarer",
     "at drive engroshandel med fødevarer"),
    ("494100", "Vejgodstransport", "Transport", "at drive vognmandsvirksomhed og logistik"),
    ("561010", "Servering af mad i restauranter og på caféer", "Madhus", "at drive restaurationsvirksomhed"),
    ("620100", "Computerprogrammering", "Software", "at udvikle og sælge software samt yde rådgivning herom"),
    ("682030", "Udlejning af boliger", "Ejendomme", "at eje, udleje og administrere fast ejendom"),
    ("702200", "Virksomhedsrådgivning og anden rådgivning om driftsledelse", "Rådgivning",
     "at drive rådgivningsvirksomhed for erhvervslivet"),
    ("711210", "Rådgivende ingeniørvirksomhed inden for byggeri og anlægsarbejde", "Ingeniører",
     "at drive rådgivende ingeniørvirksomhed"),
    ("251100", "Fremstilling af metalkonstruktioner og dele heraf", "Metal", "at fremstille metalkonstruktioner"),
    ("107110", "Industriel fremstilling af brød; friske bageriprodukter", "Brødfabrik", "at drive brødfabrik"),
)  # fmt: skip
HOLDING_INDUSTRY = (
    "642020",
    "Ikke-finansielle holdingselskaber",
    "Holding",
    "at eje kapitalandele i andre selskaber og anden efter ledelsens skøn dermed forbundet virksomhed",
)
AUDIT_INDUSTRY = ("692000", "Bogføring og revision; skatterådgivning", "Revision", "at drive revisionsvirksomhed")
FOUNDATION_INDUSTRY = (
    "949900",
    "Andre organisationer og foreninger i.a.n.",
    "Fond",
    "at virke for almennyttige formål",
)

SIGNING_RULES = (
    "Selskabet tegnes af en direktør alene.",
    "Selskabet tegnes af en direktør i forening med et bestyrelsesmedlem eller af den samlede bestyrelse.",
    "Selskabet tegnes af bestyrelsens formand i forening med en direktør eller af to bestyrelsesmedlemmer i forening.",
    "Selskabet tegnes af den samlede direktion.",
)
SIGNED_BY_MANAGEMENT = SIGNING_RULES[-1]
SIGNED_BY_BOARD = "Virksomheden tegnes af bestyrelsens formand i forening med to medlemmer af bestyrelsen."
SIGNED_BY_PARTNERS = "Virksomheden tegnes af de fuldt ansvarlige deltagere i forening."
FOREIGN_OWNERS = (
    ("Skogsvinge Industri AB", "SE"),
    ("Fjellhylle Invest AS", "NO"),
    ("Havelklotz Beteiligungs GmbH", "DE"),
    ("Polderwilg Participaties B.V.", "NL"),
    ("Thistlemere Partners LLP", "GB"),
    ("Brightquill Capital Inc.", "US"),
    ("Koivulehto Oy", "FI"),
)
