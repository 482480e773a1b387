"""The saved runs of this browser: to be opened again, renamed and deleted."""

from dashboard.library.saved_view import saved_view

saved_view()
