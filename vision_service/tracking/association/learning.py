"""The job that adapts looks to a site: reads what its cameras saw, writes what each does to everybody's looks.

python -m vision_service.tracking.association.learning OBSERVATIONS.jsonl TONES.npz
"""

import argparse
import sys
from pathlib import Path

from vision_service.errors import ConfigurationInvalid
from vision_service.tracking.association.files import read_observations
from vision_service.tracking.association.tones import LEAST_TRACKS, Tones


def learn(observations: Path, out: Path) -> Tones:
    """:raises ConfigurationInvalid: when the file is none, or no camera has tracks enough; then nothing is written"""
    tones = Tones.learned(read_observations(observations))
    if not tones.cameras:
        raise ConfigurationInvalid(
            f'No camera in {observations} has {LEAST_TRACKS} tracks with looks.', 'Record for longer.'
        )
    tones.save(out)
    return tones


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument('observations', type=Path)
    asked.add_argument('out', type=Path)
    chosen = asked.parse_args()
    tones = learn(chosen.observations, chosen.out)
    sys.stdout.write(f'{chosen.out}: {", ".join(sorted(tones.cameras))}\n')


if __name__ == '__main__':
    main()
