"""One person at a screen of their own: keys and scans, as gloves allow, and no mouse."""

from dataclasses import dataclass

from playwright.sync_api import Download, Locator, Page, expect

from accounts.models import Person
from tests.factories.people import PASSWORD

SYMBOLOGY = "]d1"
READING_MS = 600  # an answer that comes at once is a scanner's Enter, and does not count


@dataclass
class Desk:
    """What one person does at one screen."""

    page: Page
    person: Person
    has_signed: bool = False

    def sign_in(self) -> None:
        """Say who sits here, in the form that everybody meets first."""
        self.page.goto("/accounts/sign-in/")
        self.page.keyboard.type(self.person.user_id)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(PASSWORD)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("navigation", name="Sections")).to_be_visible()

    def scan(self, code: str) -> None:
        """
        Type a code as a wedge scanner does, and wait for the answer.

        The symbology identifier in front says that it is no hand, however slow the machine.
        """
        expect(self.page.locator("html[data-ready]")).to_be_attached()
        assert self.refused.count() == 0, f"Nobody answered: {self.refused.inner_text()}"
        with self.page.expect_response(lambda answer: answer.request.method == "POST"):
            self.page.keyboard.type(f"{SYMBOLOGY}{code}")
            self.page.keyboard.press("Enter")
        expect(self.page.locator("[data-scan-screen][aria-busy=true]")).to_have_count(0)

    def look_up(self, code: str) -> None:
        """Scan anything, from wherever this person is."""
        self.page.keyboard.press("/")
        self.page.keyboard.type(f"{SYMBOLOGY}{code}")
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def go_to(self, section: str) -> None:
        """Open a section from the navigation."""
        sections = self.page.get_by_role("navigation", name="Sections")
        self._open(sections.get_by_role("link", name=section, exact=True))

    def follow(self, link: str) -> None:
        """Open what the page offers by these words."""
        self._open(self.page.get_by_role("link", name=link).first)

    def press(self, button: str) -> None:
        """Press a button by its words, with the key, and wait for the page that answers."""
        self._open(self.page.get_by_role("button", name=button))

    def _open(self, control: Locator) -> None:
        with self.page.expect_navigation():
            control.press("Enter")

    def write(self, label: str, text: str) -> None:
        """Fill a field in; a list to choose from may speak of the same thing."""
        self.page.get_by_label(label).and_(self.page.locator("input, textarea")).fill(text)

    def choose(self, group: str, choice: str) -> None:
        """Choose one of the answers to a question."""
        answers = self.page.get_by_role("group", name=group, exact=True)
        answers.get_by_role("radio", name=choice, exact=True).press("Space")

    def sign(self, reason: str, button: str, *, second: Person | None = None) -> None:
        """
        Sign what is on the page; perhaps somebody else too.

        The first signing at this screen asks for the user ID as well, and no later one does.
        """
        self.page.get_by_label("Reason").fill(reason)
        if self.has_signed:
            expect(self.page.get_by_label("Your user ID")).to_have_count(0)
        else:
            self.page.get_by_label("Your user ID").fill(self.person.user_id)
        self.page.get_by_label("Your password").fill(PASSWORD)
        if second is not None:
            self.page.get_by_label("Second person’s user ID").fill(second.user_id)
            self.page.get_by_label("Second person’s password").fill(PASSWORD)
        self.press(button)
        self.has_signed = True

    def download(self, button: str) -> Download:
        """Press a button that hands a file out."""
        with self.page.expect_download() as coming:
            self.page.get_by_role("button", name=button).press("Enter")
        return coming.value

    def told(self, words: str) -> None:
        """Insist that the page says these words."""
        expect(self.page.locator("body")).to_contain_text(words)

    def read_refusal(self, words: str) -> None:
        """Find these words in the panel that stopped this person, take a breath, and answer it."""
        expect(self.refused).to_contain_text(words)
        self.page.wait_for_timeout(READING_MS)
        self.page.keyboard.press("Enter")
        expect(self.refused).to_be_hidden()

    @property
    def refused(self) -> Locator:
        """The panel that says why something was not done."""
        return self.page.locator(".refused")
