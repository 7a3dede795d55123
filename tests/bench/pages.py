"""Made-up pages of the size and shape of real ones, the same at each run: for measuring speed, not quality.

A site has a menu, a footer and a list of other articles that stand on each of its pages, in one of several languages.
An article is made of words that are made of syllables; only the small words, which make up half of a text, are real.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Language:
    """What pages of a language are made of. `labels` are menu items, `lines` stand in the page around the article."""

    small: str
    syllables: str
    labels: tuple[str, ...]
    lines: tuple[str, ...]
    footer: tuple[str, ...]
    space: str = " "
    stop: str = "."
    comma: str = ","


LANGUAGES = (
    Language(
        "the of and to in a is that for it was on are as with by at from his be this have not had but they which who",
        "ba ber con den er fel gar hol in kin land mar ner on per qual ren sto ter un ver wick ton ing ed ly",
        ("Home", "World", "Business", "Sport", "Weather", "Opinion", "Culture", "Log in", "Subscribe", "Contact us"),
        ("By {name} {name}", "Published: May {day}, 2021", "Share this article", "Advertisement", "{n} min read",
         "Read also: {title}", "{title} (Photo: {name} {name})", "Related: {title}", "Comments ({n})"),
        ("About us", "Privacy policy", "Terms of use", "Cookie settings", "Sign up for our newsletter",
         "© 2021 {site}. All rights reserved."),
    ),
    Language(
        "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat",
        "an bach ben dorf eich fels gen heim her kirch lich mann nau ober reit schaft sen stein tal ung ver wald zen",
        ("Startseite", "Politik", "Wirtschaft", "Sport", "Kultur", "Wetter", "Anmelden", "Abo", "Kontakt", "Suche"),
        ("Von {name} {name}", "{day}. Mai 2021, 12:30 Uhr", "Artikel teilen", "Anzeige", "Lesen Sie auch: {title}",
         "{title} Foto: {name} {name}/dpa", "Mehr zum Thema", "{n} Kommentare"),
        ("Impressum", "Datenschutz", "AGB", "Newsletter abonnieren", "© 2021 {site}. Alle Rechte vorbehalten."),
    ),
    Language(
        "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec son elle",
        "bel bois cha cour du eau fon gne la lier mer mont nay on pa que roi sain tou val vil voi",
        ("Accueil", "Politique", "Économie", "Sport", "Culture", "Météo", "Se connecter", "Abonnez-vous", "Contact"),
        ("Par {name} {name}", "Publié le {day} mai 2021", "Partager", "Publicité", "Lire aussi : {title}",
         "{title} (Photo : {name} {name})", "À lire également", "{n} commentaires"),
        ("Mentions légales", "Confidentialité", "Gestion des cookies", "© 2021 {site}. Tous droits réservés."),
    ),
    Language(
        "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin",
        "al bar ca do es fuen gar her illa jo la mon na or pe que ri san to ura val ye zón",
        ("Inicio", "Política", "Economía", "Deportes", "Cultura", "El tiempo", "Iniciar sesión", "Suscríbete"),
        ("Por {name} {name}", "{day} de mayo de 2021", "Compartir", "Publicidad", "Lea también: {title}",
         "{title} (Foto: {name} {name})", "Te puede interesar", "{n} comentarios"),
        ("Aviso legal", "Política de privacidad", "Política de cookies", "© 2021 {site}. Derechos reservados"),
    ),
    Language(
        "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena tersebut bisa ada mereka",
        "an ba da ga hu ja ka la ma na pa ra sa ta wa ter men kan ber ku li mi ni ri",
        ("Beranda", "Nasional", "Ekonomi", "Olahraga", "Budaya", "Cuaca", "Masuk", "Berlangganan", "Hubungi kami"),
        ("Penulis: {name} {name}", "Rabu, {day} Mei 2021", "Bagikan", "Iklan", "Baca juga: {title}",
         "{title} (Foto: {name} {name})", "Berita terkait", "{n} komentar"),
        ("Tentang kami", "Kebijakan privasi", "Pedoman media siber", "© 2021 {site}. Hak cipta dilindungi."),
    ),
    Language(
        "и в не на что с по как к из у за от так но для это о же бы или его до вы мы при без под только они она он был",
        "ба ве го да ер за ин ко ла мо на ов пе ра ск то уст фе хо ца ша эл юр яр ный ский ство ние",
        ("Главная", "Политика", "Экономика", "Спорт", "Культура", "Погода", "Войти", "Подписаться", "Контакты"),
        ("Автор: {name} {name}", "{day} мая 2021", "Поделиться", "Реклама", "Читайте также: {title}",
         "{title} Фото: {name} {name}", "Материалы по теме", "Комментарии ({n})"),
        ("О проекте", "Политика конфиденциальности", "© 2021 {site}. Все права защищены."),
    ),
    Language(
        "の に は を が と で も から まで した する ある いる この その として では こと ため など",
        "山 川 田 海 島 船 町 市 人 木 石 風 雨 雪 春 秋 北 南 東 西 大 小 新 古 本 国 会 社 学 校 年 月 日 時",
        ("ホーム", "政治", "経済", "スポーツ", "文化", "天気", "ログイン", "会員登録", "お問い合わせ"),
        ("2021年5月{day}日", "シェアする", "広告", "関連記事：{title}", "{title}（写真：{name}）", "コメント（{n}件）"),
        ("会社概要", "プライバシーポリシー", "利用規約", "© 2021 {site} 無断転載を禁じます"),
        space="", stop="。", comma="、",
    ),
)  # fmt: skip


class Site:
    """One made-up site; `page` makes another page of it."""

    def __init__(self, number: int) -> None:
        self.random = Random(number)
        self.language = LANGUAGES[number % len(LANGUAGES)]
        self.small = self.language.small.split()
        syllables = self.language.syllables.split()
        self.words = ["".join(self.random.choices(syllables, k=self.random.randint(1, 4))) for _ in range(1500)]
        self.name = self._name() + self._name()
        self.menu = [*self.language.labels, *(self._name() for _ in range(self.random.randint(10, 40)))]
        self.others = [self._title() for _ in range(self.random.randint(8, 25))]

    def page(self, characters: int) -> str:
        """A page of about so many characters."""
        return "\n".join([*(text for text, _ in self.lines(characters)), ""])

    def lines(self, characters: int) -> list[tuple[str, bool]]:
        """The lines of such a page, and whether each is one of its article."""
        random, title = self.random, self._title()
        head = [*self.menu, ""]
        below = [*map(self._fill, self.language.lines[:3]), ""]
        rest = [*self.others, "", *self.menu[: len(self.menu) // 2], *map(self._fill, self.language.footer)]
        text = [(line, False) for line in head] + [(title, True)] + [(line, False) for line in below]
        size = sum(map(len, head)) + len(title) + sum(map(len, below)) + sum(map(len, rest))
        while size < characters:
            text.append((self._paragraph(), True))
            if random.random() < 0.2:
                text.append((self._fill(random.choice(self.language.lines)), False))
            elif random.random() < 0.1:
                text.append((self._title(), True))
            size += len(text[-1][0]) + len(text[-2][0])
        return [*text, ("", False), *((line, False) for line in rest)]

    def _name(self) -> str:
        return self.random.choice(self.words).capitalize()

    def _title(self) -> str:
        words = [self.random.choice(self.words if at % 2 else self.small) for at in range(self.random.randint(5, 11))]
        return self.language.space.join(words).capitalize()

    def _fill(self, line: str) -> str:
        number = str(self.random.randint(1, 28))
        names = {"name": self._name(), "title": self._title(), "site": self.name}
        return line.format(day=number, n=number, **names)

    def _paragraph(self) -> str:
        space = self.language.space
        return space.join(self._sentence() for _ in range(self.random.randint(1, 6)))

    def _sentence(self) -> str:
        random, language = self.random, self.language
        words = random.choices(self.words, k=random.randint(4, 14))
        pieces = []
        for word in words:
            pieces += [random.choice(self.small), word + (language.comma if random.random() < 0.1 else "")]
        sentence = language.space.join(pieces).removesuffix(language.comma)
        return sentence[0].upper() + sentence[1:] + language.stop


def make_pages(count: int, characters: int = 0, per_site: int = 20) -> Iterator[str]:
    """So many pages, of about so many characters each; of the size of real ones, 4,000 to 14,000, if 0."""
    site = Site(0)
    for number in range(count):
        if number % per_site == 0:
            site = Site(number // per_site)
        yield site.page(characters or site.random.randint(4000, 14000))
