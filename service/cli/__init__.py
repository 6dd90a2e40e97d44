"""The command `tracker`: its arguments become calls of the service, and their results printed lines."""

from importlib import import_module

import click

# Where each command is: in which module of this package, and under which name.
_PLACES = {
    "audit": ("audit", "audit_group"),
    "briefing": ("papers", "print_briefing"),
    "clients": ("printing", "write_client_files"),
    "codes": ("printing", "print_codes"),
    "documents": ("documents", "documents_group"),
    "export": ("sheets", "export"),
    "import": ("sheets", "import_file"),
    "keys": ("access", "keys_group"),
    "limits": ("printing", "print_limits"),
    "migrate": ("starting", "migrate"),
    "paper": ("kept_paper", "write_paper"),
    "people": ("people", "people_group"),
    "quarter": ("quarters", "quarter_group"),
    "register": ("register", "change_register"),
    "schema": ("printing", "print_schema"),
    "seed": ("seeding", "seed"),
    "sessions": ("access", "sessions_group"),
    "start": ("starting", "start"),
    "template": ("sheets", "write_template"),
    "webhooks": ("webhooks", "webhooks_group"),
}


class _WhenUsed(click.Group):
    """A group whose commands are imported when they are used, so that nobody waits for what the others need."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Their names, in the order of the alphabet."""
        return list(_PLACES)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """A command by its name; None where there is none."""
        if name not in _PLACES:
            return None
        module, attribute = _PLACES[name]
        command: click.Command = getattr(import_module(f"{__name__}.{module}"), attribute)
        return command


@click.group(cls=_WhenUsed, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="primary-care-tracker")
def main() -> None:
    """The primary care tracker of NHS Kent and Medway.

    It uses the database of DATABASE_URL, or else an embedded one in the data directory.
    """
