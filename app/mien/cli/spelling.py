"""Commands that are misspelt."""

import click

from mien.errors import did_you_mean


class SpellingGroup(click.Group):
    """A group that names the nearest of its commands to one that it does not have."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is named.

        Raises:
            click.UsageError: There is none of that name.
        """
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            known = self.list_commands(ctx)
            near = did_you_mean(args[0], known) or f"; there are {', '.join(known)}"
            ctx.fail(f"{args[0]}: no such command{near}")
        return super().resolve_command(ctx, args)
