"""What every room leans on: accounts and roles, outbox, ordered writer, client ids, jobs, secrets."""
