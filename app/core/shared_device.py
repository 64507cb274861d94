"""How a browser says that it is a shared tablet: by the name of a cookie.

The cookie's value opens nothing on a page for young people; its presence only chooses the layout
(no way out, idle reset). Whether the device may hand out turns is decided by the value, elsewhere.
"""

from collections.abc import Mapping

from app.core.tokens import ALPHABET, CLASS_CODE_LENGTH

PREFIX = "kiosk-"


def cookie_name(class_code: str) -> str:
    """The name of the cookie of the shared tablet of one sitting."""
    return PREFIX + class_code


def code_of_device(cookies: Mapping[str, str]) -> str:
    """The class code of the sitting whose shared tablet this is; "" for every other browser."""
    for name in cookies:
        code = name.removeprefix(PREFIX)
        is_code = len(code) == CLASS_CODE_LENGTH and all(sign in ALPHABET for sign in code)
        if name.startswith(PREFIX) and is_code:
            return code
    return ""
