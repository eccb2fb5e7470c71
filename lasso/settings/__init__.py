"""Every setting, from the environment; nothing set means the safest choice.

`docs/settings.md` and `.env.example` name each variable; a test holds them together.
"""

from lasso.settings.files import *
from lasso.settings.frame import *
from lasso.settings.interface import *
from lasso.settings.keeping import *
from lasso.settings.outbound import *
from lasso.settings.register import *
from lasso.settings.watching import *
from lasso.settings.work import *
