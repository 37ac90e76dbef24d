"""Words in the HTML element that says what they are: headings, paragraphs, terms."""

from nicegui.elements.mixins.text_element import TextElement


class Text(TextElement):
    """Plain text in an element of this tag; it is escaped by the browser like any label."""

    def __init__(self, text: str = '', *, tag: str = 'span', classes: str = '') -> None:
        super().__init__(tag=tag, text=text)
        self.classes(classes)
