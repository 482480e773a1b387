"""The page that shows a run as it is trained elsewhere: on a cluster, or by another program."""

from dashboard.watch.page_view import draw_watch

draw_watch()
