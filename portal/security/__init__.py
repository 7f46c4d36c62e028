"""The Security page: password, e-mail, codes, passkeys, and where one is signed in."""
