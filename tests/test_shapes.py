"""Pages whose parts are no prose, or look like what stands around one: figures, verse, recipes, terms, links amid text.

A page is written like an example of a rule: `- ` before a line that goes, two spaces before one that stays, and `? `
before one that may do either.
"""

from __future__ import annotations

import pytest

import stripper
from stripper.api import default_rules
from stripper.engine.body.continuation import (
    SHORT_ARTICLE,
    list_after,
    part_below,
    text_after_links,
)
from stripper.engine.body.edges import (
    end_of_refrain,
    lines_that_go_on,
    list_before,
    rest_of_sentence,
    sentence_before,
    sentences_after,
)
from stripper.engine.body.model import AFTER, ARTICLE, BEFORE, GAP
from stripper.engine.body.speech import spoken_labels
from stripper.engine.parts.figures import take_figures
from stripper.engine.parts.formulas import take_text_with_formulas
from stripper.engine.parts.named_parts import take_named_parts
from stripper.engine.parts.numbered import number_of, take_numbered
from stripper.engine.parts.options import leave_options
from stripper.engine.parts.own_contents import take_contents
from stripper.engine.plan import plan
from stripper.engine.verdicts import Verdicts
from stripper.model import Document
from stripper.reading.page import Page

PAGES = {
    "what a site does with data, in other words than its title": """
- Aller au contenu
- Carrières
  Politique de confidentialité
- Dernière mise à jour : 4 mai 2023
  L'horlogerie Tictac respecte votre vie privée. Cette page dit quelles données nous gardons, et pourquoi.
  Pourquoi nous les collectons
  Pour réparer la bonne montre, la rendre au bon poignet et vous prévenir d'un retard. Nous ne les vendons pas.
  Vos droits
  Vous pouvez consulter vos données
  Vous pouvez les faire corriger ou effacer
  Vous pouvez demander l'heure
  Vous pouvez vous plaindre
  Cookies
  Nous n'utilisons que les cookies nécessaires au fonctionnement du site.
- Suivez-nous
- Plan du site
- Mentions légales
- © 2023 Horlogerie Tictac
""",
    "a short page that ends with a heading and a sentence": """
- Aller au contenu
- Rechercher
- Particuliers
  Demander une place au port
- Vérifié le 12 janvier 2024
  Tout habitant peut demander une place au port. Elle est attribuée pour un an, et le vent n'est pas compris.
  Conditions
  Il faut un bateau de moins de huit mètres et une assurance.
  Comment faire
  Déposez le dossier au bureau du port avant le quinze du mois.
- Cette page vous a-t-elle été utile ?
- Oui
- Non
- Voir aussi
- Le calendrier des marées
- Mentions légales
""",
    "a recipe with steps that count, and a note below them": """
- Przepisy
- Zaloguj się
- Szukaj przepisu
  Chleb na piwie bez drożdży
- Autor: Hania z Nabrzeża
- Dodano: 3 października 2020
- Drukuj
  To chleb dla tych, którzy nie mają cierpliwości. Piwo robi za drożdże, a kto piwa nie lubi, niech go nie próbuje.
  Składniki
  3 szklanki mąki
  1 butelka piwa
  2 łyżki cukru
  sól
  Sposób przygotowania
  Krok 1
  Mąkę wymieszaj z cukrem i solą, wlej piwo i zamieszaj drewnianą łyżką.
  Krok 2
  Przełóż ciasto do formy wyłożonej papierem.
  Krok 3
  Piecz godzinę w nagrzanym piekarniku.
  Wskazówka
  Nie krój, póki jest gorący, choćby nie wiem jak pachniał.
- Podobne przepisy
- Bułki na maślance
- Komentarze (18)
- Dodaj komentarz
- O nas
""",
    "the words of a song, and the frame around them": """
- Accueil
- Artistes
- Connexion
  Le phare à Marie – Les Filets Bleus
- Album : Eau froide
- Proposer une correction
- Imprimer les paroles
? [Couplet 1]
  Marie avait un phare
  Qui ne s'allumait pas
  Elle y rangeait sa guitare
  Et les chaussures du chat
? [Refrain]
  Tourne, tourne, le phare à Marie
  Tourne sans lumière
  Il a mis dans sa poche
  Tout le sel de la mer
- Paroles ajoutées par nos membres
- Paroliers : Anne Robin
- Les autres chansons de Les Filets Bleus
- Le bal des bouées
- Commentaires
- Mentions légales
""",
    "contents above the article, whose last part stands alone": """
- Accueil
- Guides
- Se connecter
  Réparer une horloge sans la fâcher
- Mis à jour le 12 février 2022
- Sommaire
- Le balancier
- Les poids
- Après
  Une horloge arrêtée a toujours ses raisons, et il vaut mieux les écouter avant de chercher les tournevis dans la cave.
  Le balancier
  Posez un niveau sur la tablette. Si la bulle penche, l'horloge penche, et le balancier s'ennuie.
  Les poids
  Remontez-les à la main, sans jamais forcer, et comptez les tours à voix haute.
  Après
  Attendez la nuit. Une horloge ne repart jamais quand on la regarde.
- Cet article vous a-t-il été utile ?
- Oui
- Non
- Nos autres guides
- Plan du site
""",
    "a dialogue that ends with a word that is a button elsewhere": """
- Esplora
- Accedi
  La cassetta delle lettere
- Pubblicità
  La cassetta stava in fondo al viale, e da quando il postino era in pensione nessuno sapeva più chi la svuotasse.
  Berta ci infilò la mano fino al gomito. Sul fondo c'era qualcosa di tiepido, che si spostò appena per farle posto.
  «Permesso», disse qualcuno.
  «Avanti».
  «Entra».
- Capitolo precedente
- Capitolo successivo
- Commenti (12)
- Termini di servizio
""",
    "figures amid the text": """
- Home
- Islands
- Log in
  The lighthouses of the Kei channel
  The channel has four lighthouses, and all of them were built in the years before the war by one family of masons.
  The oldest was lit with fish oil until the keeper found that the gulls had learned to open the barrels.
  Visitors in each decade
  1950
  310
  1970
  2,480
  1990
  11,905
  The keepers say that the last figure is wrong, since the man who counted them was known to sleep in the afternoon.
- Privacy policy
- About us
""",
    "a record below the text": """
- トップ
- ニュース
- ログイン
  山田船長、三十年ぶりに灯台へ戻る
- 2024年5月3日 10:15
  山田船長は三日、三十年ぶりに北の灯台へ戻った。階段を一段ずつ上り、古い鐘を三回鳴らした。
  「鐘の音は昔と変わらない」と船長は話した。港には島の人たちが集まり、船の帰りを待っていた。
  船長は来月から灯台の歴史を子どもたちに教えるという。教室は灯台の一階に開かれる予定だ。
  ◆山田船長の記録
  航海　２１４回　無事故　３０年
- 【関連記事】
- 北の灯台、塗り替え終わる
- コメントを書く
- Copyright © Minato Times
""",
    "a short title, a byline in small letters, a dialogue that ends the article": """
- Zum Inhalt springen
- Anmelden
  Der Müller am Bach
- 12. März 2021
- von Jule Horn
  Als das Rad zum ersten Mal seit dem Winter wieder lief, stand die Großmutter am Fenster und zählte die Schläge mit.
  Der Alte warf ihr den Sack zu, ohne sie anzusehen, und sie fing ihn, ohne zu fragen.
  „Kommst du mit?“
  „Wohin?“
  Sie sah zum Haus zurück.
  „Ja.“
- Kommentare (7)
- Datenschutz
""",
    "a page on a date by a writer": """
- Skip to content
- Search
  A gate for the old mill
- By Ann Reed
- published June 3, 2019
  The mill at the foot of the hill has a gate again, and the geese that lived there have moved to the pond behind it.
  It was made from the door of a barn, by a man who says that he has never made one before and will not make another.
- Share
- Privacy policy
""",
    "the only heading of the first level, and a list that leads to those below it": """
- ---
- title: "Set up a printer"
- depth: 2
- ---
?
- On this page
-   * Find its address
-   * Add the device
?
  # Notifications
?
  The system finds most printers by itself. If it does not find yours, do what is written here:
  ## Find its address
  Print a page of the device itself and write down the numbers below the word **address**, before you go on.
  ## Add the device
  Open the settings and write the address into the field, and wait until the light of the printer turns green.
?
- Was this page helpful?
""",
    "figures below the text": """
- Home
- Log in
  How the valley was settled
- By Tom Arden
  The valley was empty until the pass was opened, and then it filled within the span of a single generation.
  The figures were gathered by the parish, which counted every soul at Easter and some of them twice.
  Inhabitants
  1880
  1,150
  1900
  2,980
  1920
  7,400
- Share this article
- 1
- 2
- 3
- © 2021 Pass Post
""",
    "tables that a sentence closes": """
- Home
- Calcio
- Accedi
  Risultati del girone B dopo la sesta giornata
- 16 ottobre 2022
  Il Pratomanno resta in testa da solo dopo il pareggio di Altavena, dove la nebbia ha fermato la partita.
  Classifica
  Squadra	G	V	Punti
  Pratomanno	6	4	14
  Borgo Lupo	6	4	12
  Domenica prossima si gioca alle 15, nebbia permettendo.
- Leggi anche
- Il portiere che para con gli occhi chiusi
- Privacy
""",
    "the last items of a list above a button": """
- Skip to main content
- Recipes
- Log in
  Lemon Rice with Burnt Butter
- By Ivo Garland
  My grandmother made this on the evenings when there was nothing in the house, and called it a proper dish.
  Ingredients
  200g long-grain rice
  1 lemon
  50g butter
  Sea salt
  Black pepper
- Add all to shopping list
  Method
  Cook the rice in plenty of salted water until it is just tender, then drain it and keep it warm.
  Melt the butter in a small pan, let it go on until it is brown, and pour it over the rice with the lemon.
- Rate this recipe
- Reviews (88)
- Privacy policy
""",
    "terms of use, and whom to ask about them": """
- Skip to content
- Shop
- Log in
  Privacy Policy
- Effective date: May 25, 2022
  Gull Bicycles sells bicycles and spare parts. This policy explains what we know about you when you order from us.
  How we use it
  We use this information to deliver your order, and to keep the books that the law asks us to keep.
  Contact us
  If you have questions about this policy, write to the office or ring the bell at the gate.
- Follow us
- © 2022 Gull Bicycles
""",
    "questions and answers": """
- Skip to content
- Help
- Log in
  Frequently asked questions about the night train
  Can I bring a bicycle?
  Yes, if you book a place for it. There are six places in each train, and they are gone by May.
  Is there breakfast?
  A roll, butter, jam and coffee are brought to your bed an hour before you arrive.
  What happens if the train is late?
  After one hour you get a quarter of the fare back, after two hours half of it.
- Newsletter
- © 2024 Night Line
""",
    "a dialogue behind dashes, a script amid it": """
- Accueil
- Connexion
  Le gardien des clés
  Quand la dernière lampe s'éteignit dans le couloir, Odile comprit que le vieux ne reviendrait pas la chercher.
- !function(d,s,id){var j=d.createElement(s);j.id=id;j.src='//ads.example/w.js';d.body.append(j);}(document,'script');
  Elle posa les clés sur la table, l'une après l'autre, dans l'ordre des étages et des portes.
  — Il en manque une, dit la voix.
  — Laquelle ?
  — Celle de la porte que tu n'as pas ouverte.
  Odile regarda ses mains.
  — Je sais, dit-elle.
- Chapitre suivant
- Commentaires (23)
""",
    "a date and a row of links in Markdown": """
- [Kostenlos testen](https://app.gull.example/) · [Preise](https://gull.example/preise) · [Anmelden](https://gull.example/a)
?
  # Suche, die auch Tippfehler versteht
?
- Von Ida Roth
?
- 8. Mai 2025
?
  Wer sucht, weiß selten genau, wie das Gesuchte heißt, und bisher mussten Nutzer so lange **raten**, bis es passte.
?
  Wer die **strenge** Suche zurückhaben will, setzt den Begriff in Anführungszeichen, wie er es gewohnt ist.
?
- © 2025 Gull
""",
    "a standfirst above the writer, in Markdown": """
- [Empieza gratis](https://app.gull.example/). Sin tarjeta.
?
  # Cómo redujimos las esperas a la mitad
?
  Gull responde ahora en la mitad de tiempo. Este artículo cuenta qué medimos y qué no nos atrevimos a tocar.
?
- Por Inés Olmo
?
- 4 de junio de 2025
?
  Una espera es una suma de esperas pequeñas, y casi todas son de otro. Lo primero fue ponerles nombre.
?
  ## **Resultados**
?
  - **Antes**: 840 ms
  - **Después**: [~410 ms](https://gull.example/datos)
?
  La segunda mitad será más difícil, porque lo que queda es nuestro.
""",
    "options of a dropdown in no order, amid the text": """
- Home
- Shop
- Log in
  Repairing an old sewing machine
- By Tilda Marsh
  The machine had stood under the stairs since the war, and when I oiled it, it sounded like a small train.
- Select your model
- Singer 15K
- Pfaff 130
- Bernina 530
- Adler 187
  Then turn the wheel by hand, slowly, and listen. Where it stops, something is bent; where it grinds, it is dry.
- Add to cart
- © 2020 Marsh & Daughter
""",
    "headings that count": """
- 首页
- 登录
  灯塔为什么要搬家
- 2023-03-02 09:10
- 来源：海岛晚报
  北岬的灯塔建在沙地上，七十年来海水一点一点地把沙子带走，塔身已经向东倾斜了两度。
  一、沙子去了哪里
  研究所的人在海底放了三百个浮标。结果显示，大部分沙子被冬天的洋流带到了南边的海湾。
  二、灯塔怎么搬
  工人会把塔切成六段，用驳船运到两公里以外的山坡上。整个工程预计需要四个月。
  三、谁来看守
  老守塔人说他愿意跟着灯塔走，只要新房子的窗户朝海。
- 【编辑:王五】
- 关于我们 | 联系我们 | 版权声明
""",
    "text beyond links": """
  Bread for the night shift
- May 3, 2021
  The bakery on the quay opens at two in the morning, when the boats come in and the crews are hungry and cold.
  “They pay in fish,” says the baker, “and so do I.”
- Read also
- A cellar full of rye
  Her oven came from a ship that was broken up in the north of the island. It burns driftwood, and nobody else on the
  coast has dared to light it.
  The loaves are black on the outside and taste of salt. A crew of nine eats eleven of them before the sun is up, and
  takes two along for the way.
- About us
""",
    "words that somebody says": """
- Menü
- Anmelden
  Der Turm von Norderhaff wird versetzt
- 3.5.2021, 10.15 Uhr
  Der Turm steht seit siebzig Jahren im Sand, und das Meer hat ihm davon jedes Jahr eine Handbreit genommen.
  Nun soll er in sechs Teile zerlegt und auf einem Hügel wieder aufgebaut werden, wie das Amt am Montag mitteilte.
- Anzeige
- Lesen Sie auch:
- Wohin der Sand verschwindet
- Unser Newsletter: Hier abonnieren
  »Ich gehe mit«, sagte der Wärter. »Wenn das Fenster zum Meer zeigt.«
- Mehr zum Thema
- Die Türme der Küste
- Impressum
- Datenschutz
""",
    "a text that is cut short": """
- March 4, 2022
  Fold the sheet along its longer side and mark the middle with a nail. The mark must be seen from both sides.
  Now turn it over and fold the corners to the mark, so that they meet without a gap between them.
  Most people press too hard at this point, and the paper remembers it. To smooth it out again you need
""",
    "a statement about data": """
- Skip to content
- Boats
- Jobs
  Privacy Policy
- Last updated: May 3, 2021
  Harbour Lamps takes care of your data. This policy says what we write down when you buy a lamp, and why we do.
  Who we are
  We are a workshop of nine people, and all of us can be reached under the address at the end of this page.
  What we keep
  We keep your name and your address until the lamp has come to you, and the bill for ten years.
  Your choices
  You may ask us at any time to see what we keep, or to withdraw your consent.
  Cookies
  We use cookies to remember your basket. Your browser can forget them whenever you tell it to do so.
  If this policy changes, we will say so here.
- Follow us
- Terms of Use
- © 2021 Harbour Lamps Ltd. All rights reserved.
""",
    "terms of a shop": """
- Menu
- Log in
  Terms of Use
- Effective date: March 1, 2021
  These terms apply to all who buy a lamp. By using this site, you agree to these terms and to the price of oil.
  Orders
  An order is binding once we have written to you that the lamp is on its way. Until then you can take it back.
  Changes
  We may change these terms, and will tell you before we do so.
- Privacy Policy
- © 2021 Harbour Lamps Ltd. All rights reserved.
""",
    "a formula and what follows from it": """
- 12 March 2022
  A lamp turns nine times a minute, and you would like to know how fast its light runs over the water a mile away.
  Let r be the distance in metres and n the turns in a minute. Then
  $$
  v = 2 \\pi r n
  $$
  With r = 1600 and n = 9 this gives
  v = 90 478
  That is faster than any ship, and the gulls do not even try. If the lamp turns half as fast, the light has to
""",
    "a banner above an article": """
- Your Privacy
- We use cookies to give you the best experience on our website. Your privacy is important to us.
- Accept all cookies
- Home
  The lamp that was lit by a gull
  The keeper had left the matches on the sill, and when the fog came in that night there was nobody in the tower.
  What happened then is told in three ways on the island, and in each of them the gull is a little bigger.
  In the oldest one it only knocked over the bottle, and the moon did the rest through the lens of the lamp.
- Privacy Policy
- © 2021 Harbour Press. All rights reserved.
""",
    "verse": """
- Sign Up
- Artists
- 12 Contributors
  The Lamp and the Gull
- Listen to the preview
? [Verse 1]
  The keeper went to look for bread
  And left the lamp alone
  A gull came in and shook its head
  And sat down like a stone
? [Chorus]
  Burn on, burn on, my little flame
  The night is wide and blue
  And every ship that knows my name
  Is looking out for you
- You might also like
- Eleven Loaves
- Salt
- The Ramp
? [Chorus]
  Burn on, burn on, my little flame
  The night is wide and blue
  And every ship that knows my name
  Is looking out for you
- 3Embed
- About
- Comments
""",
    "verse with a refrain in small letters, below other lines each time": """
- Home
- Songteksten
- Zoeken
  Het veer van Lith
? Tekst toevoegen aan favorieten
  De schipper heeft een lantaarn staan
  voor wie te laat nog komt gegaan
  en als het mist, dan luidt de bel

  Haal over, haal over
  de avond valt zo snel

  Mijn moeder zei: vertrouw geen stroom
  die stiller is dan in een droom
  ik hoorde haar, ik deed het wel

  Haal over, haal over
  de avond valt zo snel
? Corrigeer deze tekst
? Meer songteksten
- Gebruiksvoorwaarden
""",
    "verse with a refrain at its end": """
- Menu
- Artists
- 8 Contributors
  The Keeper's Boat
  My mother tied it to the wall
  Her mother tied it to the tree
  And all I ever learned at all
  Was how to keep it from the sea
  Pull away, pull away
  There is water in the bay
  Pull away, pull away
  Till the night has turned to day
- You might also like
- Eleven Loaves
? Salt
  The summer came, the rope was dry
  The boat lay in the sun
  Pull away, pull away
  There is water in the bay
  Pull away, pull away
  Till the night has turned to day
- 5Embed
- How to Format Lyrics:
- About
""",
    "verses that go on above those that were found": """
- Startseite
- Gedichte
- Autoren
- Themen
- Suche
  Am Steg
- von Hedwig Larn
- Gedicht drucken
- Gedicht versenden
  Die Kähne liegen still am Pfahl,
  Der Nebel zählt die Tage,
  Und wer mich fragt zum dritten Mal,
  Dem geb ich keine Frage.

  Ein Ruder klopft, ein Vogel zieht,
  Der See hat keine Eile.
  Was gestern noch nach Abschied sieht,
  Sieht heut nach Langeweile.

  Die Kähne liegen still am Pfahl,
  Und ich bei ihnen stehe.
  Es war einmal, es war einmal,
  Dass ich nach Hause gehe.
- Aus der Sammlung: Wasserstände
- Weitere Gedichte von Hedwig Larn
- Der Fährmann
- Im Oktober
- Kommentar schreiben
- Impressum
- Datenschutz
""",
    "a date with a writer and comments below the title": """
- Skip to Recipe
- About
- Recipes
- Shop
  Grandmother’s Sea Biscuits
- October 3, 2021 by Tilly 12 Comments
- Jump to Recipe - Print Recipe
- This post may contain affiliate links. Read my disclosure policy.
  These biscuits kept my grandfather alive from Leith to Batam, or so he said, and they will keep you until Thursday.
  They have four ingredients, no eggs among them, and they float, which is more than can be said of the ship.
- Filed Under: Baking
- « Barley Soup
- Three Pies »
- Reader Interactions
- Comments
""",
    "a part with a list in small letters, at the end of a page": """
- Aller au contenu
- Rechercher
  Louer une barque du club
- Vérifié le 3 avril 2022
  Pour louer une barque du club, il faut en parler au gardien du port. La demande ne coûte rien.
  Qui peut louer ?
  Les habitants de la commune et leurs invités, ainsi que les élèves de l’école de voile.
  Ce qu’il faut apporter
  une pièce d’identité
  une paire de bottes
  de quoi écoper
  Le gardien répond le jour même. Sans réponse, la barque est à vous jusqu’au soir.
- Cette page vous a-t-elle été utile ?
- Oui
- Non
- Données personnelles
""",
    "a part with a list between a heading and a sentence, at the end of a page": """
- Startseite
- Kontakt
  Datenschutzerklärung
- Stand: Mai 2021
  Die Segelmacherei Larn nimmt den Schutz Ihrer Daten ernst und sagt hier, was sie davon aufhebt und wozu.
  Verantwortlicher
  Verantwortlich für die Daten ist die Segelmacherei Larn, Am Steg 4 in Holm.
  Ihre Rechte
  Auskunft über Ihre Daten
  Berichtigung falscher Daten
  Löschung Ihrer Daten
  Schreiben Sie uns dazu einen Brief an die genannte Anschrift. Wir antworten binnen vier Wochen.
- Nach oben
- Impressum
""",
    "a dialogue in Japanese, whose lines have no stops": """
- ホーム
- ランキング
- ログイン
  渡し船の犬
- 作者：港みなと
- 前へ
- 次へ
- 目次
  渡し船の犬は、川の向こう岸まで行ったことが一度もなかった。船が着く前に、いつも眠ってしまうからだ。
  「起きなさいよ」と船頭は言った。
  「もう着いたの」
  「まだだよ」
  「じゃあ寝る」
  船頭は櫂を止めて、しばらく犬の耳を眺めていた。川は朝の光の中で、音もなく流れていた。
  「なあ」
  「なに」
  「いい夢を」
- 前へ
- 次へ
- ブックマークに追加
- 利用規約
""",
    "a verse that stands twice side by side": """
- Gedichte
- Suche
  Der Leuchtturm von Holm
- von Hedwig Larn
  Er drehte seine Lampe
  um Mitternacht nach Nord,
  und wer sie sah, der wusste
  nun gar nicht mehr, wohin.
  Die Möwe hat geschlafen,
  der Wärter war schon alt,
  und auf den kalten Stufen
  da lag der Schnee vom März.
  Nun dreht sie sich nicht mehr.
  Nun dreht sie sich nicht mehr.
- Kommentar schreiben
- Impressum
""",
    "a writer below the title, whom no rule knows": """
- Ir para o conteúdo
- Economia
- Esportes
- Assine
  Vila de pescadores troca motores por velas
- Por Redação — Baía Alta
- 07/08/2022 05h01 Atualizado há 2 anos
  A prefeitura de Baía Alta tirou os motores de doze barcos e costurou as velas que estavam guardadas. A ideia é boa.
- Leia também:
- Barco a pedal vira atração na lagoa
- Prefeita vai ao trabalho de canoa
  O número de viagens caiu pela metade em seis meses, segundo o porto. O barulho, porém, aumentou.
- LEIA MAIS: Moradores pedem mais velas
  “Agora eu sei quem está chegando”, diz dona Alzira, que mora no cais há sessenta anos.
- Receba as notícias no WhatsApp
- Mais lidas
- Princípios editoriais
""",
    "a writer with her office, above a date in small letters": """
- Home
- Gardening
- Shop
  Seven things a gull wants from your roof
- By Ann Reed, Harbour Editor
- published 5 January 2024
  A gull does not want much. It wants a chip at noon, a warm chimney to sleep beside, and nobody else's gull.
  The third thing is water, in a gutter that is not too deep. Clean it often, because gulls are fussier than they look.
- Latest in Gardening
- Advertise with us
""",
    "a quotation that heads an interview, above its deck": """
- Zum Inhalt
- Kultur
- E-Paper
- Abo
  „Ich male nur Wasser“
? Die Malerin Ruth Ebner über Farben, Geduld und einen Hund namens Dienstag
- Interview: Jan Kessler
- 12. November 2020
- Lesezeit: 4 Min.
? Frau Ebner, seit wann malen Sie?
  Seit dem Tag, an dem mir meine Tante einen Kasten mit zwölf Farben gab und sagte, ich solle sie nicht mischen.
  Warum immer Wasser?
  Weil es stillhält, wenn man nicht hinsieht. Ein Baum tut das nicht, und ein Mensch erst recht nicht.
- Mehr zum Thema
- Impressum
""",
    "a work above the number and the name of its chapter": """
- Skip to content
- Home
- Best Rated
- Latest Updates
- Log In
- Sign Up
  The Keeper of Hours
  Chapter 4: In Which a Clock Is Sold
- by lampandquill
- Fiction Page
- Previous Chapter
- Next Chapter
- Advertisement
- Remove
  The clock had belonged to my uncle, who had it from a ship, and the ship had it from nobody knows where.
  It struck thirteen at noon, and he would not take less than nine pounds for it, for that reason alone.
  “That,” said the buyer, “is a fault.”
  “That,” said my uncle, “is a bonus.”
  The buyer paid in coins, and it took them the whole of a wet afternoon and most of a pie to count them.
- Previous Chapter
- Next Chapter
- Donate
- About the author
- Privacy Policy
""",
    "what a chapter is called, below its number": """
- Library
- Search
- Log in
? The Keeper of Hours
- by M. Larkin
- Free eBook
- Download
- Page 1 of 214
  CHAPTER I
  In which a clock is sold
  The clock had belonged to my uncle, who had
  it from a ship, and the ship had it from nobody
  knows where. It struck thirteen at noon.
  “That,” said the buyer, “is a fault.”
  “That,” said my uncle, “is a bonus.”
  He would not take less than nine pounds, and
  he did not get less, though it took him the whole
  of a wet afternoon and most of a pie.
  CHAPTER II
  In which it is bought back
  Nobody in our family has ever been able to
  leave a thing sold.
  The buyer had put it in his hall, where it
  struck thirteen at noon, and his wife had left.
- Next page
- Bookmark
- Report a problem
""",
    "a proof with its sign, and a call, at the end": """
- [Home](/) [Archive](/archive) [RSS](/feed.xml)
?
  # Why the harbour bell rings thirteen times
?
- *2021-11-02*
?
  The bell is driven by a wheel with 13 teeth, and the clock by one with 12, which was all that the maker had left.
?
  Thirteen strokes fall at midnight, or nearly, and nobody has ever counted them but the baker, who was awake.
?
  *Proof.* Count. ∎
?
- Tags: [bells](/tags/bells), [modular](/tags/modular)
?
- [← Older](/posts/8) | [Newer →](/posts/10)
""",
    "a letter with its end": """
- View this email in your browser
  Dear members,
  The lamp will be out on Tuesday, since the keeper has a wedding to go to, and nobody else knows how to climb.
  Ships are asked to stay where they are, and to use the time for what they always meant to do.
  Thank you for your patience with the lamp and with the keeper.
  With love and oil
  Ann Reed
- Copyright (C) 2022 Friends of the Lamp. All rights reserved.
- You are receiving this email because you joined our list.
- You can update your preferences or unsubscribe
""",
    "rows of names and values at the end": """
- Skip to content
- Search
- Log in
  The lamp of the northern pier
- By Ann Reed
  The lamp is the second of its maker, and the first that lasts a whole winter night on one filling of oil.
  I kept it for four weeks, and filled it twice. It is easy to clean, and hard to find with gloves on.
  Data
  Weight: 92 g
  Light: 450 lumens
  Oil: whale or rape
- Related articles
- Eleven loaves
- Privacy policy
- © 2023 Harbour Press
""",
    "a list at the end, and a sentence below it": """
- Saltar al contenido
- Visita
- Tienda
  La lámpara del muelle norte
- 4 de mayo de 2023
  La lámpara se puede visitar con el farero, que habla poco y sube despacio, como corresponde a su edad.
  El sábado, a las doce, la encenderá para los niños de la escuela, que llevan un año esperando.
  Horario:
  De martes a sábado, de diez a dos y de cuatro a ocho
  Domingos y festivos, de diez a dos
  Lunes, cerrado
  La entrada es gratuita para quien traiga aceite.
- Comprar entradas
- Compartir
- Aviso legal
- Política de cookies
""",
    "a poem below its title and its poet": """
- Поэты
- Темы
- Войти
  Новый фонарь
- Анна Камыш
- Слушать
  Фонарь, ступени и вода,
  За молом ходит темнота.
  Я не звала её сюда
  И не закрыла ворота.
- Нравится
- Другие стихи автора
- Ночная соль
- Обратная связь
- Правообладателям
""",
    "headings that are labels elsewhere, and a sentence above a box": """
- Skip to main content
- Menu
- Log in
  The lamp is for hire
- May 4, 2023
  The lamp of the northern pier can be had for an evening. It comes with the keeper, who eats little.
  FAQ
  Ask at the office of the harbour before noon, since the keeper sleeps in the afternoon and hears nothing.
  It is best to bring a pie.
- Related articles
- Eleven loaves
  The keeper was asked whether he minds being hired, and said that he had not been told about it until today.
  He will think about it over the winter, he said, and the lamp with him.
- Share this
- Privacy policy
- © 2023 Harbour Press
""",
    "a recipe with its tools": """
- Skip to main content
- Recipes
- Log in
  Black Rye Soup
- By Ann Reed
- Save to Recipe Box
- Print
  A soup for those who come home wet. It is thick and sour, and it keeps for a week on a cold sill.
  Ingredients
  4 slices black rye bread
  1 litre stock
  2 onions, chopped
  Salt
- Add to your shopping list
  Preparation
  Step 1
  Toast the bread in a dry pan until it smells of smoke, and break it into the stock.
  Step 2
  Add the onions and let it simmer for half an hour. Stir when you think of it.
- Private notes
- Leave a private note about this soup.
- Reviews
- About Us
- © 2021 The Ladle
""",
    "a writer in small letters": """
- Skip to content
- Log In
  Chapter 9: The Keeper's Bread
- by lampandgull
- Previous Chapter
- Next Chapter
  The bread had been on the sill since the morning, and by the time the keeper came back it was as hard as the stone.
  He broke it with the handle of the lamp and gave the larger half to the gull, which looked at it and then at him.
  Nobody spoke, since one of them could not and the other had forgotten how it was done.
- Previous Chapter
- Next Chapter
- Privacy Policy
""",
    "sentences that ask for something": """
- Menu
- Subscribe
  How to keep a lamp alight in the wind
- By Ann Reed
  A flame dies of too much air as often as it dies of too little. The first thing to do is to close the door.
- For more light and less wind, follow us on Pierbook and add us as a preferred source.
  Trim the wick to the height of a grain of rice, and turn it until the smoke is gone.
- Reminder: Lamp Radio is on the air all night. If your cable provider doesn't carry Lamp Radio, ask them to.
- For more ways to hear Lamp Radio – Click here
  After an hour the glass is warm, and then it no longer matters what the weather does.
- Before you buy a wick, consider this: our team of testers has just named the nine best, and this is none of them.
- Like and share this story, or leave a comment, so that others can see the light.
- Please respect our comment policy. We reserve the right to remove any comment.
- Privacy
- © 2021 Harbour Press. All rights reserved.
""",
    "a script amid the text": """
- Beranda
  Mercusuar Tual Dipindahkan
- Senin, 03 Mei 2021 | 10:15 WIB
- Penjaga menyalakan lampu mercusuar di Tual, 3 Mei 2021. ANTARA/ANI RAHMAN.
  Mercusuar di tanjung utara akan dipindahkan ke bukit karena pasir di bawahnya terus hilang, kata kepala pelabuhan.
- googletag.cmd.push(function() { googletag.display('middle'); });
  Menara itu dipotong menjadi enam bagian dan dibawa dengan tongkang, lalu disusun kembali dalam waktu empat bulan.
- Berita Terkait
- Pedoman Media Siber
""",
    "an interview that ends with short answers": """
- Aller au contenu
- Se connecter
- Culture
  « Je n’ai jamais peint que des portes »
- Propos recueillis par Jeanne Lacombe
- Publié le 3 mai 2021 à 10h15
  Le peintre Armand Roy expose pour la première fois depuis douze ans, dans une gare où plus aucun train ne passe.
  Pourquoi des portes ?
  Parce qu’elles se taisent bien.
  Toujours fermées ?
  Presque. Il y en a une qui ne ferme plus.
  Vous la vendriez ?
  Jamais. Elle donne sur la cuisine.
  Et après l’exposition ?
  Des fenêtres, sans doute.
- À lire aussi
- Le phare qui voulait être peint
- Mentions légales
""",
    "steps that count, with short text between them": """
- ホーム
- 特集
- 会員登録
  古いランプを長く灯すための四つの手順
- 2021年5月3日 公開
  灯台のランプは百年使えるが、手入れの仕方を知る人はもう少ない。島の守り手に聞いた。
  1. 火を消して待つ
  熱いガラスは水で割れる。
  2. 芯を切る
  斜めに切ると炎が曲がる。
  3. 油をこす
  4. ガラスをふく
  新聞紙がいちばんいい。
- この記事をシェアする
- 利用規約
""",
    "a last heading with one word below it": """
- [Lamp](https://lamp.example/) [Docs](https://lamp.example/docs) [Log in](https://lamp.example/login)
?
  # Release notes
?
  ## 3.1.0 (2021-05-03)
?
  ### Added
?
  - The lamp can be turned by hand ([#31](https://lamp.example/31))
  - `--bell` takes a number of strokes instead of a time
?
  ### Fixed
?
  - The bell rings at noon, and no longer at eleven
?
  ## 3.0.0 (2021-01-20)
?
  ### Removed
?
  - Oil
?
- © 2021 Lamp Ltd. [Privacy](https://lamp.example/privacy) [Imprint](https://lamp.example/imprint)
""",
    "a list that a short sentence closes": """
- [Skip to content](#content)
?
- * [Islands](/islands)
- * [Weather](/weather)
?
  # The keeper who mends doors
?
- By [Ann Reed](/people/ann)
?
  In a shed behind the lighthouse stand three doors, and each of them has been at sea for longer than its keeper.
?
  "A good door knows what water is," says the keeper, who has picked them up on the beach since he was a boy.
?
  ## How to begin
?
  * Take off the paint
  * Saw along the grain
  * Wait for a month
?
  The fourth door will be done in summer.
?
- ## More stories
?
- * [The market closes at six](/market)
""",
    "a section that the list of contents names": """
- [Pricing](https://lamp.example/pricing) [Blog](https://lamp.example/blog)
?
  # We sold our bell
?
- May 3, 2021 · 6 min read
?
- Table of contents
?
- - [Why we had one](https://lamp.example/bell#why)
- - [What we do now](https://lamp.example/bell#now)
- - [Who missed it](https://lamp.example/bell#who)
?
  For ninety years the harbour had a bell, and on the first of May we sold it to a school on the mainland.
?
  ## Why we had one
?
  There was fog, and no other way to tell a boat where the stones are.
?
  ## What we do now
?
  ```sh
  horn --every 30s
  ```
?
  That is all.
?
  ## Who missed it
?
  One dog, who had always answered it.
?
- ## Ready to sail?
?
- Start for free, no credit card required.
?
- © 2021 Lamp Ltd.
""",
    "a report that is added to in the course of a day": """
- Startseite
- Ticker
- Anmelden
  Sturm über der Bucht: Was an der Küste geschieht
- Stand: 03.05.2021, 18:05 Uhr
  Der Sturm hat am Mittag die Küste erreicht. Zwischen Tual und Kei fahren keine Züge mehr.
- Neueste zuerst
  17:52 Uhr
  Brücke wieder frei
  Die Feuerwehr hat den Mast von der Brücke geräumt, und Autos dürfen wieder fahren.
  16:30 Uhr
  Der Wind lässt nach, sagt das Amt, und dreht am Abend nach Westen.
  15:04 Uhr
  Schulen bleiben zu
  Am Montag fällt der Unterricht in der ganzen Bucht aus, wie der Landrat sagte.
- Weitere Beiträge laden
- Kommentare (31)
- Impressum
""",
    "a short report of a day below what it comes to": """
- Aller au contenu
- Accueil
- Se connecter
  Tempête sur la baie : la jetée fermée
- Mis à jour le 9 janvier 2020 à 19h44
  La tempête a atteint la côte dans la nuit. Une quarantaine de pêcheurs dorment dans la salle des fêtes.
  19h40
  Le vent tourne au nord et baisse un peu, dit la capitainerie.
  17h05
  La jetée est fermée. « On rouvrira quand on verra les marches », dit le gardien du phare.
- Partager
  15h30
  Les élèves sont rentrés chez eux en tracteur.
- Partager
- Les plus lus
- Neige : à quoi s’attendre
- Gérer mes cookies
""",
    "news with their times beside an article": """
- Startseite
- Anmelden
  Die Fähre nach Tual fährt wieder
- 03.05.2021, 18:05 Uhr
  Die Fähre fährt von Montag an wieder, wie ihre Kapitänin dieser Zeitung am Kai gesagt hat, und zwar dreimal am Tag.
  Der Sturm hatte im Februar die halbe Rampe fortgerissen, und lange wollte niemand die Reparatur bezahlen.
  Jetzt hat die Bucht das Geld aufgebracht, und die Rampe ist aus zwei Arten von Stahl, die nicht rosten.
- Newsticker
- 17:52 Uhr
- Markt zieht in die Halle
- 16:30 Uhr
- Schule gewinnt die Regatta, wie schon im letzten Jahr.
- 15:04 Uhr
- Wer zahlt für die Mauer?
- Impressum
""",
}


# What does not come out right yet, and why; it must fail, so that it is taken out of here when it does.
KNOWN_FAILURES = {
    "the words of a song, and the frame around them": "an entry of the menu is taken for the headline",
}


def _expected(name: str) -> object:
    why = KNOWN_FAILURES.get(name)
    return pytest.param(name, marks=[pytest.mark.xfail(reason=why, strict=True)] if why else [])


@pytest.mark.parametrize("name", [_expected(name) for name in PAGES])
def test_a_page_of_a_shape(name: str) -> None:
    rows = [(row[:2], row[2:]) for row in PAGES[name].strip("\n").split("\n")]
    outcome = stripper.strip("".join(text + "\n" for _, text in rows))
    gone = {decision.line for decision in outcome.removed}
    wrong = [
        (f"line {line} {'goes' if line in gone else 'stays'}", text)
        for line, (mark, text) in enumerate(rows, 1)
        if mark[:1] != "?" and (line in gone) != (mark == "- ")
    ]
    assert not wrong


def test_a_last_sentence_with_a_link_behind_it_is_of_the_article() -> None:
    last = '"If it were white," said the pilot, "we should have to look at the calendar."'
    text = f"""\
Subscribe
Log In
Why the lamp of the pier is green on Mondays
By Ann Reed
June 2, 2018 8:14 AM
The lamp of the pier has been green on Mondays since 1954, and those who row would not have it any other way.
The council voted against a new one by forty to three (two of the three were visitors).
Sign up for our newsletter
Get the week's best stories in your inbox.
Email address
{last} READ MORE: A short history of lamps
About Us
© 2018 The Pier Post
"""
    assert stripper.strip(text).text.endswith(f"visitors).\n{last}\n")


@pytest.mark.parametrize("answer", ["I mixed them.", "I mixed them"])
def test_the_first_question_is_of_the_article_whatever_the_length_of_the_answers(answer: str) -> None:
    body = plan(default_rules()).body_of(page_of(PROSE))
    assert body is not None
    page = page_of("Since when do you paint?", PROSE, "And then?", answer, "Why water?", answer, "Help")
    first = sentence_before(1, 5, page, [*[""] * 6, "navigation"], body[1].parameters)
    assert first == (0 if answer.endswith(".") else 1)


@pytest.mark.parametrize(("above", "taken"), [("\\]", True), ("x = 3 $$", True), ("The end", False)])
def test_text_below_a_formula_that_stands_by_itself_is_of_the_article(above: str, taken: bool) -> None:
    page = page_of(PROSE, above, PROSE, "Help")
    states = [ARTICLE, ARTICLE, AFTER, AFTER]
    take_text_with_formulas(states, page, Verdicts(page))
    assert states[2] == (ARTICLE if taken else AFTER)


def page_of(*lines: str) -> Page:
    return Page(Document("\n".join(lines) + "\n", form="plain"), default_rules().orthography)


PROSE = "The keeper of the northern lighthouse counted the ships that passed in the night, and wrote them down."


@pytest.mark.parametrize(
    ("run", "taken"),
    [
        (("Ships by year", "1950", "310", "1970", "480"), True),
        (("Ships by year", "1950", "310"), False),  # too few to be a series
        (("Lamps", "Oil", "Ropes", "Bread", "12"), False),
    ],
)
def test_a_run_of_figures_amid_the_article_is_of_it(run: tuple[str, ...], taken: bool) -> None:
    page = page_of(PROSE, *run, PROSE.replace("northern", "southern"))
    states = [ARTICLE, *[GAP] * len(run), ARTICLE]
    take_figures(states, page, Verdicts(page))
    assert states == [ARTICLE, *[ARTICLE if taken else GAP] * len(run), ARTICLE]


def test_what_a_rule_knows_is_no_run_of_figures() -> None:
    page = page_of(PROSE, "1950", "310", "1970", "480", PROSE.replace("northern", "southern"))
    verdicts = Verdicts(page)
    verdicts.take(1, plan(default_rules()).matching.of_kind("region")[0])
    states = [ARTICLE, GAP, GAP, GAP, GAP, ARTICLE]
    take_figures(states, page, verdicts)
    assert states == [ARTICLE, GAP, GAP, GAP, GAP, ARTICLE]


@pytest.mark.parametrize(
    ("head", "taken"),
    [("◆ The keeper's record", True), ("The keeper's record", False), ("“The keeper's record”", False)],
)
def test_figures_below_a_marked_heading_follow_the_article(head: str, taken: bool) -> None:
    page = page_of(PROSE, head, "214 nights, 30 years, 2 gulls")
    states = [ARTICLE, AFTER, AFTER]
    take_figures(states, page, Verdicts(page))
    assert states == [ARTICLE, *[ARTICLE if taken else AFTER] * 2]


HARBOURS = [f"{name} harbour" for name in sorted({f"{a}{b}" for a in ("Kei", "Nor", "Tu") for b in "abdeglmr"})]


@pytest.mark.parametrize(
    ("above", "options", "left"),
    [
        ("Choose a harbour", HARBOURS, True),
        ("The ferry calls at these harbours of the islands:", HARBOURS, False),
        ("Choose a harbour", HARBOURS[:12], False),  # as many as the list of an article may have
        ("Choose a harbour", HARBOURS[::-1], False),
    ],
)
def test_options_in_the_order_of_the_alphabet_are_no_article(above: str, options: list[str], left: bool) -> None:
    text = [PROSE.replace("ships", f"{each} ships") for each in ("twelve", "ninety", "eleven", "seven")]
    page = page_of(*text, above, *options, *text[::-1])
    states = [ARTICLE] * len(page)
    leave_options(states, page, Verdicts(page))
    assert states == [ARTICLE] * 4 + [GAP if left else ARTICLE] * (1 + len(options)) + [ARTICLE] * 4


def test_options_that_are_most_of_a_page_stay() -> None:
    page = page_of(PROSE, *HARBOURS, PROSE.replace("ships", "boats"))
    states = [ARTICLE] * len(page)
    leave_options(states, page, Verdicts(page))
    assert states == [ARTICLE] * len(page)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2. The lamp", 2), ("(3) The lamp", 3), ("三、灯塔", 3), ("④ 灯塔", 4), ("12） 灯塔", 12), ("3.5 metres", 0),
        ("2021. The year", 0), ("1950", 0), ("The 2. lamp", 0), ("七十年来", 0), ("", 0),
    ],
)  # fmt: skip
def test_the_number_of_a_line(text: str, number: int) -> None:
    assert number_of(text) == number


@pytest.mark.parametrize(("second", "taken"), [("2. The sand", True), ("7. The sand", False), ("The sand", False)])
def test_of_headings_that_count_none_is_left_out(second: str, taken: bool) -> None:
    page = page_of("1. The lamp", PROSE, second, PROSE.replace("northern", "southern"))
    states = [ARTICLE, ARTICLE, GAP, ARTICLE]
    take_numbered(states, page, Verdicts(page))
    assert states[2] == (ARTICLE if taken else GAP)


@pytest.mark.parametrize(("label", "taken"), [("Night 3", True), ("Night 7", False), ("Lamp 3", False)])
def test_a_label_that_counts_on_below_the_article_is_of_it(label: str, taken: bool) -> None:
    page = page_of("Night 1", PROSE, "Night 2", PROSE.replace("ships", "boats"), label, "It rained until the morning.")
    states = [ARTICLE] * 4 + [AFTER] * 2
    take_numbered(states, page, Verdicts(page))
    assert states[4:] == [ARTICLE if taken else AFTER] * 2


@pytest.mark.parametrize(
    ("last", "found"),
    [
        ("Sail safely!", [1]),
        ("It was late. The keeper lit the lamp, and went down to the boat with the log. He took", [1]),
        ("Lamps and ropes", []),
        ("keeper@lighthouse.example wrote it.", []),
    ],
)
def test_the_last_line_of_a_page_is_of_its_article(last: str, found: list[int]) -> None:
    body = plan(default_rules()).body_of(page_of(PROSE))
    assert body is not None
    wanted = body[1].parameters
    assert sentences_after(0, page_of(PROSE, last), ["", ""], wanted) == found
    above_menu = [1] if last.endswith("!") else []  # a call right above what rules know
    assert sentences_after(0, page_of(PROSE, last, "Home"), ["", "", "navigation"], wanted) == above_menu


def test_speech_is_found_beyond_a_box() -> None:
    body = plan(default_rules()).body_of(page_of(PROSE))
    assert body is not None
    box = ["Sign up for our newsletter", "Get it every day"]
    evidence = ["", "subscription", "promo", ""]
    for line, found in (("“It never stopped,” she said.", [3]), ("It never stopped, she said.", [])):
        assert sentences_after(0, page_of(PROSE, *box, line), evidence, body[1].parameters) == found


@pytest.mark.parametrize(("entry", "taken"), [("The bell", True), ("The gull", False)])
def test_entries_of_contents_are_none_of_the_article(entry: str, taken: bool) -> None:
    parts = [line for head in ("The lamp", "The sand", "The bell") for line in (head, PROSE.replace("ships", head))]
    page = page_of("The lamp", "The sand", entry, PROSE, *parts)
    states = [BEFORE, BEFORE, ARTICLE, ARTICLE, *[ARTICLE] * 4, *[AFTER] * 2]
    take_contents(states, page, Verdicts(page))
    assert states[2:4] == [BEFORE if taken else ARTICLE, ARTICLE]
    assert states[8:] == [ARTICLE if taken else AFTER] * 2


@pytest.mark.parametrize(("below", "found"), [("Silence.", [2, 3]), ("Silence", [])])
def test_a_dialogue_goes_on_beyond_a_sentence_of_one_word(below: str, found: list[int]) -> None:
    body = plan(default_rules()).body_of(page_of(PROSE))
    assert body is not None
    page = page_of("“Who is there?”", PROSE, below, "“Only the gull,” he said.", "Help")
    assert sentences_after(1, page, ["", "", "", "", "navigation"], body[1].parameters) == found


@pytest.mark.parametrize(("beside", "found"), [("“Wait.”", [2]), ("“Save.”", [2, 1]), ("The end", [])])
def test_what_somebody_says_is_no_button(beside: str, found: list[int]) -> None:
    page = page_of("“Who is there?” she said." if found else PROSE, beside, "“Enter.”", "Enter.")
    assert sorted(spoken_labels(page, [2, 3, *([1] if 1 in found else [])])) == sorted(found)


def test_a_small_byline_above_a_small_date_is_no_piece_of_the_title() -> None:
    page = page_of("La soupe que personne ne voulait plus manger", "par Mireille", "le 12 avril 2019", PROSE)
    assert page.text[1:3] == ["par Mireille", "le 12 avril 2019"]


@pytest.mark.parametrize(("below", "is_apart"), [("·", True), (PROSE, True), ("and read aloud by all who came", False)])
def test_a_byline_in_pieces_is_no_piece_of_the_title(below: str, is_apart: bool) -> None:
    page = page_of("La soupe que personne ne voulait plus manger", "par", "Mireille Cazenave", below)
    assert (page.text[1:3] == ["par", "Mireille Cazenave"]) == is_apart


@pytest.mark.parametrize(("below", "end"), [("Help", 2), ("", 0)])
def test_a_part_below_a_short_article_is_of_it_where_rules_know_what_follows(below: str, end: int) -> None:
    page = page_of(PROSE, "How to get there", PROSE.replace("ships", "boats"), below or "The gull and its friends")
    assert part_below(0, 0, page, ["", "", "", "navigation" if below else ""]) == end


@pytest.mark.parametrize(
    ("below", "is_apart"),
    [("16 ianuarie 2025, 07:45", True), ("joi 16 ianuarie 2025, 07:45", True), ("and a wheel of its own", False)],
)
def test_a_name_between_a_title_and_a_date_is_no_piece_of_it(below: str, is_apart: bool) -> None:
    title = "A lighthouse for those who begin in the year of the storm and have no lamp of"
    page = page_of(title, "de Ilinca Reed", below)
    assert (page.text[1:] == ["de Ilinca Reed", below]) == is_apart


@pytest.mark.parametrize(("others", "is_apart"), [(0, True), (1, True), (5, False)])
def test_a_name_below_a_title_is_no_piece_of_it_but_in_a_list(others: int, is_apart: bool) -> None:
    cards = [line for each in range(others) for line in (f"The gull and its {each} friends", f"by gull{each}")]
    page = page_of("A lighthouse for those who begin", "by gullfeather", PROSE, *cards)
    assert (page.text[1] == "by gullfeather") == is_apart


@pytest.mark.parametrize(
    ("stamp", "is_apart"),
    [
        ("edited on Jul 21, 2020 at 0:25", True),
        ("written again in the year 2020", False),
        ("written on 12. mai 2021 kl. 10.15", True),
    ],
)
def test_a_line_that_ends_with_a_date_and_a_time_is_no_piece_of_a_sentence(stamp: str, is_apart: bool) -> None:
    page = page_of("What was said of the sluice and the wheel", stamp, "whoever had been there in the end of that year")
    assert (stamp in page.text) == is_apart


@pytest.mark.parametrize(("line", "is_apart"), [("window.x = [];", True), ("window.x is a list", False)])
def test_a_script_is_no_piece_of_the_sentence_above(line: str, is_apart: bool) -> None:
    page = page_of("They all left the lighthouse and the pier at noon on the last day of", line)
    assert len(page) == 1 + is_apart


BOX = ["related", "related"]


@pytest.mark.parametrize(
    ("above", "beyond", "below", "found"),
    [
        (1, 2, [], range(3, 5)),
        (1, 1, ["About us"], range(3, 4)),  # a short article
        (1, 1, ["Another gull"], range(0, 0)),  # a card, and the next one's title
        (14, 1, ["About us"], range(0, 0)),
        (14, 2, ["About us"], range(0, 0)),
        (14, 8, ["About us"], range(3, 11)),  # half as long as what stands above
    ],
)
def test_text_beyond_links_is_of_an_article_that_is_short_or_goes_on_for_long(
    above: int, beyond: int, below: list[str], found: range
) -> None:
    lines = [PROSE.replace("ships", f"{each} ships") for each in range(beyond)]
    page = page_of(" ".join([PROSE] * above), "Read also", "The gull", *lines, *below)
    evidence = ["", *BOX, *[""] * beyond, *["navigation" if each == "About us" else "" for each in below]]
    assert text_after_links(0, 0, page, evidence) == found


@pytest.mark.parametrize(
    ("box", "goes_on"), [("subscription", True), ("promo", True), ("caption", True), ("byline", False)]
)
def test_a_box_that_ends_articles_has_no_text_beyond_it(box: str, goes_on: bool) -> None:
    page = page_of(PROSE, "Anna Gull", PROSE.replace("ships", "boats"), "About us")
    assert bool(text_after_links(0, 0, page, ["", box, "", "navigation"])) == goes_on


@pytest.mark.parametrize(
    ("above", "first"),
    [
        (f"{PROSE} These are its parts:", 1),
        ("These are the parts of the pier that the storm took:", 4),  # no sentence stands before it
        (PROSE, 4),
    ],
)
def test_a_list_before_the_article_is_of_it_with_the_text_that_leads_up_to_it(above: str, first: int) -> None:
    page = page_of("Home", above, "The lamp", "The stairs", PROSE)
    assert list_before(4, page, ["navigation", "", "", "", ""]) == first


@pytest.mark.parametrize(
    ("below", "found"),
    [
        (["What to bring", "- A lamp", "- A rope", PROSE], range(1, 5)),
        (["Read also: The gull", "▽ A lamp", "▽ A rope"], range(2, 4)),
        (["- A lamp", "A rope"], range(0, 0)),
        (["What to bring", "A lamp", "A rope"], range(0, 0)),
    ],
)
def test_a_list_with_marks_below_an_article_is_of_it_with_the_text_below_the_list(
    below: list[str], found: range
) -> None:
    page = page_of(PROSE, *below, "About us")
    evidence = ["related" if text.startswith("Read also") else "" for text in page.text]
    assert list_after(0, page, [*evidence[:-1], "navigation"]) == found


@pytest.mark.parametrize(
    ("links", "unknown", "found"),
    [
        (20, 2, range(25, 28)),  # one of the unknown ones is a sentence
        (20, 7, range(0, 0)),
        (0, 2, range(0, 0)),  # no rule knows of a list
    ],
)
def test_an_article_goes_on_below_a_box_of_links_however_many_rules_know(
    links: int, unknown: int, found: range
) -> None:
    long = f"{PROSE} " * (SHORT_ARTICLE // 10)
    box = [*["The gull"] * (links + 1), "The lamp of the old pier is out again, as it has been since the storm."]
    page = page_of(long, *box, *["The rope"] * unknown, long, f"All day {long}", f"All night {long}")
    evidence = ["", *["related" if links else ""] * (links + 1), *[""] * (unknown + 4)]
    assert text_after_links(0, 0, page, evidence) == found


@pytest.mark.parametrize(("below", "found"), [("So she said:", range(3, 6)), ("The lamp of the pier", range(0, 0))])
def test_a_single_sentence_below_a_box_is_of_a_short_article_if_it_leads_up_to_speech(below: str, found: range) -> None:
    page = page_of(PROSE, "Read also", "The gull", f"All night {PROSE}", f"{below} {below}", "“It is out.”")
    assert text_after_links(0, 0, page, ["", "related", "related", "", "", ""]) == found


@pytest.mark.parametrize(("known", "end"), [("share", 3), ("", 0)])
def test_text_right_below_a_short_article_is_of_it_up_to_what_rules_know(known: str, end: int) -> None:
    lines = [PROSE.replace("ships", f"{each} ships") for each in range(2)]
    page = page_of(PROSE, lines[0], "The lamp", lines[1], "Share")
    assert part_below(0, 0, page, ["", "", "", "", known]) == end


@pytest.mark.parametrize(("first", "end"), [("Pull away, pull away", 5), ("There is water in the bay", 3), (PROSE, 3)])
def test_verses_that_stood_side_by_side_end_an_article_again(first: str, end: int) -> None:
    verse = ["Pull away, pull away", "Till the night is over"]
    page = page_of(*verse, "The rope was dry", "The boat lay", first, verse[1])
    assert end_of_refrain(0, 3, page, [""] * 6) == end


@pytest.mark.parametrize(("known", "ends"), [("", (0, 3)), ("tags", (1, 2))])
def test_lines_go_on_over_a_comma_up_to_what_rules_know(known: str, ends: tuple[int, int]) -> None:
    page = page_of("The boats lie still by the wall,", "The fog has counted the days", "And I am,", "As ever, awake")
    evidence = [known, "", "", known]
    assert (lines_that_go_on(1, page, evidence), rest_of_sentence(2, page, evidence)) == ends


def test_the_end_of_a_letter_that_does_not_stand_below_the_article_is_of_a_remark() -> None:
    text, end = f"{PROSE}\n{PROSE[4:]}\n", "Best wishes,\nAnn Reed\n"
    assert stripper.strip(f"{text}{end}Share\nPrivacy policy\nContact us\nLog in\n").text == text + end
    assert stripper.strip(f"{text}Share\nComments (1)\nBob\nNice lamp\n{end}Privacy policy\n").text == text


@pytest.mark.parametrize(("label", "taken"), [("Ships and gulls", True), ("Newsletter", False)])
def test_a_label_whose_word_the_text_below_has_heads_it(label: str, taken: bool) -> None:
    page = page_of(PROSE, label, PROSE)
    states = [ARTICLE, GAP, ARTICLE]
    take_named_parts(states, page, Verdicts(page))
    assert (states[1] == ARTICLE) is taken


@pytest.mark.parametrize(("above", "category", "taken"), [
    (PROSE, "navigation", True), (PROSE, "share", False), ("The lamp", "navigation", False),
])  # fmt: skip
def test_a_label_of_a_frame_between_sentences_heads_the_one_below_it(above: str, category: str, taken: bool) -> None:
    page = page_of(above, "Contact", PROSE)
    verdicts, states = Verdicts(page), [ARTICLE, GAP, ARTICLE]
    body = plan(default_rules()).body_of(page)
    assert body is not None
    verdicts.take(1, body[0], category)
    take_named_parts(states, page, verdicts)
    assert (states[1] == ARTICLE, verdicts.free(1)) == (taken, taken)


@pytest.mark.parametrize(
    ("below", "found"),
    [
        (["And who is going to pay?"], [1]),
        (["And who is going to pay?", "“The gull.”"], [1, 2]),
        (["And who is going to pay?", "The gull"], []),  # its answer is a title
        (["And was this of use?", "Yes No"], []),
    ],
)
def test_a_question_right_below_an_article_is_of_it_with_its_answer(below: list[str], found: list[int]) -> None:
    page = page_of(PROSE, *below, "About us")
    body = plan(default_rules()).body_of(page)
    assert body is not None
    evidence = [*["comments" if text == "Yes No" else "" for text in page.text[:-1]], "navigation"]
    assert sentences_after(0, page, evidence, body[1].parameters) == found


@pytest.mark.parametrize(
    ("beyond", "found"),
    [
        (["All boats were back that night.", "Will they sail?"], range(3, 5)),
        (["All boats were back that night.", "They are dry.", "Will they sail?"], range(3, 6)),
        (["All boats came back early."], range(3, 4)),
        (["All boats were back that night.", "The gull"], range(0, 0)),
        (["They sail."], range(0, 0)),
    ],
)
def test_the_rest_of_a_short_article_may_end_with_short_sentences(beyond: list[str], found: range) -> None:
    page = page_of(PROSE, "Read also", "The gull", *beyond, "About us")
    evidence = ["", *BOX, *[""] * len(beyond), "navigation"]
    assert text_after_links(0, 0, page, evidence) == found
