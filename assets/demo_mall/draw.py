"""A proof sheet of the plans for the eye: `python assets/demo_mall/draw.py yunji F1 sheet.svg`."""

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FILLS = {
    'dining': '#f6d9c4',
    'cafe': '#ead7c3',
    'bakery': '#f3e0c0',
    'drinks': '#e9e3c4',
    'dessert': '#f7dfe2',
    'fashion': '#d5dfee',
    'shoes': '#d3e3ea',
    'bags': '#dbd9ec',
    'accessories': '#e3daec',
    'lingerie': '#ecdcea',
    'cosmetics': '#f3d8e4',
    'jewellery': '#efe2b8',
    'sports': '#cfe6dc',
    'kids': '#fbe4b6',
    'family': '#fbe0c0',
    'supermarket': '#d5ebcd',
    'grocery': '#d5ebcd',
    'convenience': '#dbeccf',
    'cinema': '#cfd2e8',
    'fitness': '#c9e4e6',
    'digital': '#cfdbe6',
    'home': '#e4dccf',
    'books': '#e0d6c6',
    'services': '#e2e5e8',
    'pharmacy': '#d4ece4',
    'beauty': '#f1dcea',
    'eyewear': '#d9e6ea',
    'arcade': '#ddd2ee',
    'leisure': '#dfd4ea',
}
ZONES = {
    'corridor': '#fbfaf7',
    'lobby': '#f5f2ea',
    'atrium': '#fdf8ea',
    'void': '#dfe6ea',
    'toilet': '#cfd8dd',
    'mother_baby': '#f4d7dd',
    'accessible_toilet': '#cfdde6',
    'stairs': '#d9d9d6',
    'service': '#e4e3df',
    'desk': '#c8a96a',
    'event': '#f8edcb',
    'parking': '#eef0f1',
}


def path(geometry: dict[str, Any]) -> str:
    return ''.join('M' + 'L'.join(f'{x},{y}' for x, y in ring) + 'Z' for ring in geometry['coordinates'])


def sheet(floor: dict[str, Any]) -> str:
    parts = [f'<path d="{path(floor["outline"])}" fill="#eceae4" stroke="#2f3437" stroke-width=".55"/>']
    for zone in floor['zones']:
        dash = 'stroke-dasharray=".8 .6"' if zone['kind'] == 'event' else ''
        edge = (
            '#9fb0b8'
            if zone['kind'] == 'void'
            else 'none'
            if zone['kind'] in ('corridor', 'lobby', 'atrium')
            else '#b8b6ae'
        )
        parts.append(
            f'<path d="{path(zone["geometry"])}" fill="{ZONES[zone["kind"]]}" '
            f'stroke="{edge}" stroke-width=".2" {dash}/>'
        )
    for unit in floor['units']:
        parts.append(
            f'<path d="{path(unit["geometry"])}" fill="{FILLS[unit["category"]]}" stroke="#4a4f52" stroke-width=".28"/>'
        )
    parts += [_fixture(fixture) for fixture in floor['fixtures']]
    for door in floor['doors']:
        (x0, y0), (x1, y1) = door['line']
        colour = {'shop': '#ffffff', 'internal': '#3d7ea6'}.get(door['kind'], '#d0472f')
        parts.append(f'<line x1="{x0}" y1="{y0}" x2="{x1}" y2="{y1}" stroke="{colour}" stroke-width=".7"/>')
    return '\n'.join(parts + [_label(unit) for unit in floor['units']])


def _fixture(item: dict[str, Any]) -> str:
    if 'geometry' in item:
        fill, edge = {
            'escalator': ('#c9d4da', '#6b7a82'),
            'lift': ('#b9cfd9', '#4f6f7e'),
            'planter': ('#b9cfa6', '#8fa97a'),
            'bay': ('#fff', '#b9bdc0'),
            'ramp': ('#d8d8d4', '#999'),
            'hall': ('#b9bedd', '#8d93bd'),
        }[item['kind']]
        if item.get('use') in ('charging', 'accessible'):
            fill = {'charging': '#d9efdd', 'accessible': '#d6e4f5'}[item['use']]
        return f'<path d="{path(item["geometry"])}" fill="{fill}" stroke="{edge}" stroke-width=".12"/>'
    x, y = item['at']
    if item['kind'] == 'tree':
        look = 'fill="#c3d6b0" fill-opacity=".8" stroke="#8fa97a" stroke-width=".15"'
        return f'<circle cx="{x}" cy="{y}" r="{item["radius"]}" {look}/>'
    if item['kind'] == 'column':
        return f'<rect x="{x - 0.4}" y="{y - 0.4}" width=".8" height=".8" fill="#5a6063"/>'
    return f'<path d="M{x - 1},{y}h2" stroke="#aaa" stroke-width=".3"/>'


def _label(unit: dict[str, Any]) -> str:
    x, y = unit['label_at']
    size = {'anchor': 2.6, 'shop': 1.45, 'kiosk': 0.8}[unit['kind']]
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="middle" fill="#23282b">{unit["name_zh"]}</text>'
        f'<text x="{x}" y="{y + size}" font-size="{size * 0.6}" text-anchor="middle" fill="#6a7073">'
        f'{unit["number"]}</text>'
    )


def main(mall: str, floor: str, target: str) -> None:
    plans = json.loads((HERE / f'{mall}.json').read_text(encoding='utf-8'))
    found = next(f for b in plans['buildings'] for f in b['floors'] if f['code'] == floor)
    xs = [x for x, _ in found['outline']['coordinates'][0]]
    ys = [y for _, y in found['outline']['coordinates'][0]]
    view = f'{min(xs) - 6} {min(ys) - 6} {max(xs) - min(xs) + 12} {max(ys) - min(ys) + 16}'
    style = 'font-family="Noto Sans SC,Noto Sans CJK SC,sans-serif" style="background:#f7f6f2"'
    Path(target).write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" width="1900" {style}>{sheet(found)}</svg>',
        encoding='utf-8',
    )


if __name__ == '__main__':
    main(*sys.argv[1:4])
