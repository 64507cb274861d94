"""Rules of voting. Pure: facts in, a reason or a value out."""
