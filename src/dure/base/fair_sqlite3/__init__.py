"""Django's SQLite, where the threads of a process take their turns at writing.

SQLite lets one write at a time and has whoever waits look again after some milliseconds, later and later, at most ten
times a second. Beside a thread that writes batch after batch (base.group_writer) a captain's check-in would wait for
seconds. Here threads wait in the order in which they came, and are woken when it is their turn.
"""
