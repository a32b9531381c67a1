"""What is served beside the dashboard: sign-in, sign-out, the account page, downloads."""

from asyncio import Semaphore
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Final, TypeVar
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kpi.access import html
from kpi.access.audit import AuditKind
from kpi.access.authenticator import Credentials
from kpi.access.callers import (
    cookie_name,
    cookie_of,
    identity_of,
    is_from_here,
    language_of,
    local_target,
)
from kpi.access.credentials import Language
from kpi.access.door import Door
from kpi.access.downloads import DOWNLOADS
from kpi.access.incidents import record_incident
from kpi.access.kept_language import keep, keep_choice, other_language
from kpi.access.roles import RIGHTS, Role
from kpi.access.sessions import Identity
from kpi.access.words import LANGUAGES, NAMES, pages_in_words
from kpi.errors import PasswordError, VersionNotFoundError
from kpi.settings import Access

LONGEST_FORM: Final = 8_192  # bytes
SECONDS_OF_AN_HOUR: Final = 3_600
SIGN_INS_AT_ONCE: Final = 2

Form = Mapping[str, str]
Answering = Callable[[Request], Awaitable[Response]]
Result = TypeVar("Result")


def routes(door: Door, settings: Access) -> list[Route]:
    """The routes of one store's door."""
    desk = _Desk(door, settings)
    return [
        Route("/sign-in", desk.show_sign_in, methods=["GET"]),
        Route("/sign-in", desk.posted(desk.sign_in), methods=["POST"]),
        Route("/sign-out", desk.show_sign_out, methods=["GET"]),
        Route("/sign-out", desk.posted(desk.sign_out), methods=["POST"]),
        Route("/account", desk.show_account, methods=["GET"]),
        Route("/account", desk.posted(desk.change_account), methods=["POST"]),
        Route("/downloads/{token}", desk.download, methods=["GET"]),
    ]


async def tell_incident(request: Request, error: Exception) -> Response:
    """The page after an unexpected error, with the number under which the log has it."""
    number = record_incident(error, now=datetime.now(UTC), path=request.url.path)
    return html.message(_language(request), "incident", status=500, number=number)


class _Desk:
    """Answers the requests of people who come, go, or look after their account."""

    def __init__(self, door: Door, settings: Access) -> None:
        self.door = door
        self.settings = settings
        self.cookie = cookie_name(https=settings.https)
        self._slots = Semaphore(SIGN_INS_AT_ONCE)

    def posted(self, answer: Callable[[Request, Form], Awaitable[Response]]) -> Answering:
        """Read a form before it is answered; one that another site sent, or that is too long, is refused."""

        async def checked(request: Request) -> Response:
            if not is_from_here(request.scope, https=self.settings.https):
                return html.message(_language(request), "foreign", status=403)
            form = await _read_form(request)
            if form is None:
                return html.message(_language(request), "too_large", status=413)
            return await answer(request, form)

        return checked

    async def show_sign_in(self, request: Request) -> Response:
        """The sign-in page; who is signed in already goes on."""
        target = local_target(request.query_params.get("next"))
        if identity_of(request.scope) is not None:
            return RedirectResponse(target, 303)
        language = _language(request, request.query_params.get("lang"))
        if "signed-out" in request.query_params:
            return await self._sign_in_page(language, target, notice=LANGUAGES[language]["signed_out"])
        return keep_choice(request, await self._sign_in_page(language, target), https=self.settings.https)

    async def sign_in(self, request: Request, form: Form) -> Response:
        """Begin a session for the right password, or for a demo reader while these are offered."""
        language, target = _language(request, form.get("lang")), local_target(form.get("next"))
        address, replaces = _address(request), self._session_id(request)
        if form.get("demo") in list(Role):
            refusal = "demo_over"
            enter = partial(self.door.enter_demo, Role(form["demo"]))
        else:
            refusal = "sign_in_failed"
            credentials = Credentials(username=form.get("username", ""), password=form.get("password", ""))
            enter = partial(self.door.sign_in, credentials)
        begun = await self._slowly(lambda now: enter(address=address, now=now, replaces=replaces))
        if begun is not None:
            response = self._with_session(RedirectResponse(target, 303), begun)
            # An account keeps its language itself.
            return keep(response, language, https=self.settings.https) if "demo" in form else response
        error = LANGUAGES[language][refusal]
        return await self._sign_in_page(language, target, status=401, error=error, username=form.get("username", ""))

    async def show_sign_out(self, request: Request) -> Response:
        """Ask before signing out: a link on another site must not do it."""
        if identity_of(request.scope) is None:
            return RedirectResponse("/sign-in", 303)
        return html.page("sign_out", _language(request))

    async def sign_out(self, request: Request, form: Form) -> Response:
        """End the session and forget its cookie."""
        session_id = self._session_id(request)
        if session_id is not None:
            address, now = _address(request), datetime.now(UTC)
            await run_in_threadpool(lambda: self.door.sign_out(session_id, address=address, now=now))
        if (reader := identity_of(request.scope)) is not None:
            DOWNLOADS.forget(reader.session)
        return self._without_session(_language(request))

    async def show_account(self, request: Request) -> Response:
        """Who is signed in, and what they may change themselves."""
        page = self._account_page(request, _reader(request), request.query_params.get("done"))
        return keep_choice(request, page, https=self.settings.https)

    async def change_account(self, request: Request, form: Form) -> Response:
        """Change the language or the password, or end every session of the account.

        A demo reader has no password, and sessions in common with everybody who looks around.
        """
        reader, action = _reader(request), form.get("action")
        if reader.is_demo and action != "language":
            return RedirectResponse("/account", 303)
        if action == "password":
            return await self._change_password(request, reader, form)
        if action == "everywhere":
            address, now = _address(request), datetime.now(UTC)
            await run_in_threadpool(lambda: self.door.sign_out_everywhere(reader, address=address, now=now))
            DOWNLOADS.forget(reader.session)
            return self._without_session(_language(request))
        if action == "language" and form.get("language") in list(Language):
            await run_in_threadpool(self.door.set_language, reader, Language(form["language"]))
            saved = RedirectResponse("/account?done=language_saved", 303)
            return keep(saved, form["language"], https=self.settings.https)
        return RedirectResponse("/account", 303)

    async def download(self, request: Request) -> Response:
        """A file that a page offered to this very session; what leaves the house is recorded first."""
        reader, language = _reader(request), _language(request)
        offer = DOWNLOADS.find(reader.session, request.path_params["token"])
        if offer is None:
            return html.message(language, "file_gone", status=404)
        named = {"content-disposition": f'attachment; filename="{offer.saved_as or offer.file_name}"'}
        if request.method == "HEAD":  # nothing leaves the house
            return Response(media_type=offer.media_type, headers=named)
        is_refused = offer.has_people and not reader.rights.exports_people
        kind = AuditKind.REFUSED_EXPORT if is_refused else AuditKind.EXPORT
        record = partial(self.door.audit.record, kind, actor=reader.username, address=_address(request))
        await run_in_threadpool(partial(record, at=datetime.now(UTC), file=offer.file_name, rows=offer.rows))
        if is_refused:
            return html.message(language, "file_not_yours", status=403)
        try:
            made = await run_in_threadpool(offer.make)
        except VersionNotFoundError:
            return html.message(language, "file_gone", status=404)
        return Response(made, media_type=offer.media_type, headers=named)

    async def _change_password(self, request: Request, reader: Identity, form: Form) -> Response:
        words = LANGUAGES[_language(request, form.get("lang"))]
        if form.get("new") != form.get("again"):
            return self._account_page(request, reader, form=form, error=words["passwords_differ"])
        current, new, address = form.get("current", ""), form.get("new", ""), _address(request)
        try:
            begun = await self._slowly(
                lambda now: self.door.change_password(reader, current=current, new=new, address=address, now=now)
            )
        except PasswordError as error:
            return self._account_page(request, reader, form=form, error=words[f"password_{error.fault}"])
        DOWNLOADS.forget(reader.session)
        if reader.must_change_password and form.get("lang") in list(Language):
            await run_in_threadpool(self.door.set_language, reader, Language(form["lang"]))
        target = local_target(form.get("next")) if reader.must_change_password else "/account?done=password_saved"
        return self._with_session(RedirectResponse(target, 303), begun)

    async def _sign_in_page(
        self, language: str, target: str, *, status: int = 200, error: str = "", notice: str = "", username: str = ""
    ) -> Response:
        roles = await run_in_threadpool(self.door.demo_roles)
        words = LANGUAGES[language]
        readers = [
            {"role": role, "label": words[f"role_{role}"], "pages": pages_in_words(language, RIGHTS[role].pages)}
            for role in roles
        ]
        return html.page(
            "sign_in",
            language,
            status=status,
            error=error,
            notice=notice,
            username=username,
            next=target,
            demo_readers=readers,
            **other_language("/sign-in", language, target),
        )

    def _account_page(
        self, request: Request, reader: Identity, done: str | None = None, *, form: Form | None = None, error: str = ""
    ) -> Response:
        """The page, again with its error when a `form` was sent from it."""
        sent = request.query_params if form is None else form
        language, target = _language(request, sent.get("lang")), local_target(sent.get("next"))
        return html.page(
            "account",
            language,
            status=422 if error else 200,
            person=reader,
            role=LANGUAGES[language][f"role_{reader.role}"],
            pages=pages_in_words(language, RIGHTS[reader.role].pages),
            languages=NAMES,
            must_change=reader.must_change_password,
            is_demo=reader.is_demo,
            next=target,
            **other_language("/account", language, target),
            notice=LANGUAGES[language][done] if done in {"language_saved", "password_saved"} else "",
            error=error,
        )

    async def _slowly(self, act: Callable[[datetime], Result]) -> Result:
        """Do what costs a core half a second by intent, but never in all threads: who is signed in needs some too."""
        async with self._slots:
            return await run_in_threadpool(lambda: act(datetime.now(UTC)))

    def _with_session(self, response: Response, session_id: str) -> Response:
        response.set_cookie(
            self.cookie,
            session_id,
            max_age=int(self.settings.absolute_hours * SECONDS_OF_AN_HOUR),
            secure=self.settings.https,
            httponly=True,
            samesite="lax",
        )
        return response

    def _without_session(self, language: str) -> Response:
        response = RedirectResponse(f"/sign-in?signed-out&lang={language}", 303)
        response.delete_cookie(self.cookie, secure=self.settings.https, httponly=True, samesite="lax")
        return response

    def _session_id(self, request: Request) -> str | None:
        return cookie_of(request.scope, self.cookie)


def _reader(request: Request) -> Identity:
    """Who is signed in; the gate lets nobody else come here."""
    identity = identity_of(request.scope)
    if identity is None:
        raise PermissionError("this route is served behind the gate only")
    return identity


def _address(request: Request) -> str:
    """Where the request comes from, as the gate found."""
    return request.client.host if request.client else "unknown"


def _language(request: Request, asked: str | None = None) -> str:
    return language_of(request.scope, asked)


async def _read_form(request: Request) -> Form | None:
    """The fields of a form, each once; None when it is longer than any of ours."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            return None
    fields = parse_qs(body.decode("utf-8", errors="replace"), keep_blank_values=True)
    return {name: values[-1] for name, values in fields.items()}
