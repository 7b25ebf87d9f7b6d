"""Faults planted on purpose: each rule must see its own, and must pass the honest text beside it."""

from pathlib import Path

from tests.house import act_rules, page_rules, python_rules, text_rules
from tests.house.tree import Source

LONG = "def long() -> None:\n    '''Say nothing.'''\n" + "    print()\n" * 40
# Letters apart, so that this file keeps the rules itself.
LETTER_A, LETTER_O = "a", "o"
SENTENCE = '"""Holds one thing."""\n'
ACT_PATH, VIEW_PATH, PAGE_PATH = "indicators/entry.py", "indicators/views.py", "indicators/templates/page.html"
BY_DOOR = "def clear(entry: Entry, *, by: User, door: str) -> None:\n    '''Empty an entry.'''\n"

# rule, path, a faulty text, an honest text
PYTHON = [
    (python_rules.short_functions, ACT_PATH, LONG, "def short() -> None:\n    print()\n"),
    (python_rules.short_files, ACT_PATH, "\n" * 301, "\n" * 300),
    (python_rules.opening_sentence, ACT_PATH, "import ast\n", SENTENCE),
    (python_rules.opening_sentence, ACT_PATH, '"""No stop"""\n', ""),
    (python_rules.honest_names, "indicators/utils.py", SENTENCE, None),
    (python_rules.honest_names, "indicators/helpers/rows.py", SENTENCE, None),
    (python_rules.no_signals, ACT_PATH, "from django.db.models.signals import post_save\n", "from django.db import models\n"),
    (python_rules.no_signals, ACT_PATH, "from django.dispatch import receiver\n", ""),
    (python_rules.no_unsafe_text, VIEW_PATH, "from django.utils import safestring\nsafestring.mark_safe(x)\n", "format_html('{}', x)\n"),
    (python_rules.no_floats, ACT_PATH, "x = float('1.5')\n", "x = Decimal('1.5')\n"),
    (python_rules.no_floats, ACT_PATH, "x = 1.5\n", "x = 1\n"),
    (python_rules.no_floats, "indicators/models/entries.py", "value = models.FloatField()\n", "value = models.DecimalField()\n"),
    (
        python_rules.rooms_through_their_door,
        VIEW_PATH,
        "from indicators.review.deciding import verify\n",
        "from indicators.review import verify\n",
    ),
    (
        python_rules.rooms_through_their_door,
        "portal/home.py",
        "from pilots.models.people import User\n",
        "from pilots.models import User\n",
    ),
    (python_rules.no_floats, ACT_PATH, "near(word, share=0.5)\n", "near(word, cutoff=0.5)\n"),
    (python_rules.named_fields, VIEW_PATH, "class Meta:\n    fields = '__all__'\n", "class Meta:\n    fields = ['value']\n"),
    (python_rules.nothing_put_off, ACT_PATH, f"# T{LETTER_O.upper()}DO later\n", "# Later years are told apart by their start.\n"),
    (python_rules.typed_functions, ACT_PATH, "def take(value):\n    return value\n", "def take(value: int) -> int:\n    return value\n"),
    (
        python_rules.typed_functions,
        ACT_PATH,
        "def take(a: int, b: int, c: int) -> int:\n    return a\n",
        "def take(a: int, *, b: int, c: int) -> int:\n    return a\n",
    ),
    (python_rules.translated_refusals, ACT_PATH, "raise ValidationError('Too high.')\n", "raise ValidationError(_('Too high.'))\n"),
    (python_rules.translated_refusals, ACT_PATH, "raise PermissionDenied(f'Not {x}.')\n", "raise PermissionDenied\n"),
    (python_rules.translated_refusals, VIEW_PATH, "_(f'Not {x}.')\n", "_('Not %(x)s.') % {'x': x}\n"),
]
ACTS = [
    (act_rules.writes_only_in_acts, VIEW_PATH, "Entry.objects.create(value=1)\n", "entry.record(pilot=pilot)\n"),
    (act_rules.writes_only_in_acts, VIEW_PATH, "rows.update(state='verified')\n", "words.update({'a': 1})\n"),
    (act_rules.writes_only_in_acts, VIEW_PATH, "form.save()\n", "workbook.save(path)\n"),
    (act_rules.writes_only_in_acts, "indicators/models/entries.py", "self.delete()\n", "storage.delete(name)\n"),
    (
        act_rules.writes_only_in_acts,
        "portal/health.py",
        "cursor.execute('UPDATE pilots_user SET name = 1')\n",
        "cursor.execute('SELECT 1')\n",
    ),
    (
        act_rules.acts_name_who_and_where,
        ACT_PATH,
        "def clear(entry: Entry) -> None:\n    '''Empty.'''\n    entry.save()\n",
        BY_DOOR + "    entry.save()\n",
    ),
    (
        act_rules.acts_name_who_and_where,
        ACT_PATH,
        "def clear(entry: Entry, by: User, door: str) -> None:\n    '''Empty.'''\n    entry.save()\n",
        "",
    ),
    (act_rules.writes_only_in_acts, "indicators/matrix.py", "row.save()\n", "row.read()\n"),
    (act_rules.acts_name_who_and_where, ACT_PATH, BY_DOOR.replace("'''Empty an entry.'''", "pass") + "    entry.save()\n", ""),
    (
        act_rules.acts_name_who_and_where,
        ACT_PATH,
        "def _clear(e):\n    e.save()\n\ndef clear(e: Entry) -> None:\n    '''Empty.'''\n    _clear(e)\n",
        "",
    ),
    (act_rules.locks_let_others_point, ACT_PATH, "rows.select_for_update()\n", "rows.select_for_update(no_key=True)\n"),
    (
        act_rules.acts_are_one_transaction,
        ACT_PATH,
        f"{BY_DOOR}    entry.save()\n    trail.leave('x')\n",
        f"@transaction.atomic\n{BY_DOOR}    entry.save()\n    trail.leave('x')\n",
    ),
    (
        act_rules.tasks_take_ids,
        "reports/tasks.py",
        "def build(report: Report) -> None:\n    pass\n",
        "def build(report_id: int) -> None:\n    pass\n",
    ),
    (act_rules.doors_do_not_open_transactions, VIEW_PATH, "with transaction.atomic():\n    pass\n", "entry.record()\n"),
]
PAGES = [
    (page_rules.escaped_text, PAGE_PATH, "{{ note|safe }}", "{{ note }}"),
    (page_rules.escaped_text, PAGE_PATH, "{% autoescape off %}", "{% autoescape on %}"),
    (page_rules.nothing_inline, PAGE_PATH, "<script>start()</script>", '<script src="{% static "a.js" %}" defer></script>'),
    (page_rules.nothing_inline, PAGE_PATH, '<p style="color: red">', '<p class="behind">'),
    (page_rules.nothing_inline, PAGE_PATH, "<style>p {}</style>", ""),
    (page_rules.nothing_inline, PAGE_PATH, '<a href="#" onclick="go()">', '<a href="#" class="go">'),
    (page_rules.nothing_from_outside, PAGE_PATH, '<img src="https://tiles.example.org/1.png">', '<svg xmlns="http://www.w3.org/2000/svg">'),
    (
        page_rules.nothing_from_outside,
        PAGE_PATH,
        '<script src="//cdn.example.org/a.js">',
        '<a href="https://www.iso.org/standard/61885.html">',
    ),
    (
        page_rules.nothing_from_outside,
        "portal/static/portal/a.css",
        "@import url(https://fonts.example.org/a.css)",
        "@import url(tokens.css)",
    ),
    (page_rules.every_word_in_both_languages, PAGE_PATH, "<h1>Welcome</h1>", '<h1>{% translate "Welcome" %}</h1>'),
    (page_rules.every_word_in_both_languages, PAGE_PATH, "<h1>欢迎</h1>", "<h1>{% blocktranslate %}Welcome{% endblocktranslate %}</h1>"),
    (page_rules.every_word_in_both_languages, PAGE_PATH, '<a aria-label="Close">', '<a aria-label="{% translate "Close" %}">'),
    (page_rules.every_word_in_both_languages, PAGE_PATH, "{% block title %}wide{% endblock %}", "{% block main_class %}wide{% endblock %}"),
    (page_rules.short_pages, PAGE_PATH, "\n" * 301, "\n" * 300),
    (page_rules.honest_scripts, "portal/static/portal/a.js", "box.innerHTML = text;", "box.textContent = text;"),
]
TEXTS = [
    (text_rules.of_the_project_alone, "README.md", f"see /w{LETTER_O}rk/main", "see docs/index.md"),
    (text_rules.of_the_project_alone, "pilots/access.py", f"# (FL{LETTER_O.upper()}WS 3.6)", "# (DECISIONS 15)"),
    (text_rules.of_the_project_alone, "README.md", f"the {LETTER_A}gent made this", "a user agent sends this"),
    (text_rules.pinned_by_hash, "requirements.txt", "django==5.2.19\n", "django==5.2.19 \\\n    --hash=sha256:" + "a" * 64 + "\n"),
    (text_rules.pinned_by_hash, "requirements.txt", "django>=5.2 \\\n    --hash=sha256:" + "a" * 64 + "\n", ""),
    (text_rules.pinned_by_hash, "requirements.txt", "x @ https://example.org/x.whl \\\n    --hash=sha256:" + "a" * 64 + "\n", ""),
]
PLANTED = [
    # Where the fault is the path itself, the honest file stands elsewhere.
    (rule, Source(Path(path), bad), Source(Path(ACT_PATH if good is None else path), good or ""))
    for rule, path, bad, good in [*PYTHON, *ACTS, *PAGES, *TEXTS]
]
