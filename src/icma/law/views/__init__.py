"""Pages of the law: for everybody (public), for officers (staff), for the advocate (sign)."""
