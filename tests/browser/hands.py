"""How somebody uses a page: with a mouse, or with the keys alone."""

from playwright.async_api import Locator, expect


async def send(button: Locator) -> None:
    """Press the button of a form, and wait until it is answered: who leaves before that takes the form away unsent."""
    async with button.page.expect_response(lambda response: response.request.method == "POST"):
        await button.click()


# More fields and links than any page has before the one that somebody wants.
MOST_TABS = 400


class Mouse:
    """Somebody who points at things."""

    async def press(self, what: Locator) -> None:
        """Follow a link, or press a button."""
        await what.click()

    async def tick(self, what: Locator) -> None:
        """Choose one of several, or tick a box."""
        await what.check()

    async def write(self, what: Locator, text: str) -> None:
        """Fill in a field."""
        await what.fill(text)


class Keys(Mouse):
    """Somebody who only has a keyboard. Whatever the Tab key does not lead to is out of reach."""

    async def press(self, what: Locator) -> None:
        await self._reach(what)
        await what.page.keyboard.press("Enter")

    async def tick(self, what: Locator) -> None:
        # One of several has the place of all of them in the order of the page; arrows lead to the others.
        name = await what.get_attribute("name") if await what.get_attribute("type") == "radio" else None
        await self._reach(what.page.locator(f'input[name="{name}"]') if name else what)
        for _ in range(MOST_TABS):
            if await _has_focus(what):
                break
            await what.page.keyboard.press("ArrowDown")
        if not await what.is_checked():
            await what.page.keyboard.press("Space")
        await expect(what).to_be_checked()

    async def write(self, what: Locator, text: str) -> None:
        await self._reach(what)
        await what.page.keyboard.press("ControlOrMeta+A")
        await what.page.keyboard.type(text)

    async def _reach(self, what: Locator) -> None:
        await what.first.wait_for()
        for _ in range(MOST_TABS):
            if await _has_focus(what):
                return
            await what.page.keyboard.press("Tab")
        raise AssertionError(f"The Tab key does not lead to {what}.")


async def _has_focus(what: Locator) -> bool:
    return bool(await what.evaluate_all("all => all.includes(document.activeElement)"))
