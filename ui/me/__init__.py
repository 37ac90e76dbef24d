"""One's own account: who one is here, where one is signed in, password and second factor."""
