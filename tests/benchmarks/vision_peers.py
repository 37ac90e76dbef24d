"""Runs in the peers' own environment: tracks boxes with each peer's defaults, or scores tracks by TrackEval."""

import inspect
import pickle
import sys
import time
import warnings
from pathlib import Path

import numpy as np

warnings.simplefilter('ignore')


def main() -> None:
    what, given, answered = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    answer = {'track': track, 'score': score}[what](pickle.loads(given.read_bytes()))
    answered.write_bytes(pickle.dumps(answer))


def track(given: dict) -> dict:
    import trackers

    peers = {name: getattr(trackers, f'{name}Tracker') for name in ('ByteTrack', 'BoTSORT', 'CBIoU', 'OCSORT')}
    return {(name, key): run(peer, *each) for name, peer in peers.items() for key, each in given.items()}


def score(given: dict) -> dict:
    from trackeval.metrics import CLEAR, HOTA, Identity

    metrics = {'hota': HOTA(), 'clear': CLEAR({'PRINT_CONFIG': False}), 'id': Identity({'PRINT_CONFIG': False})}
    answers = {}
    for key, sequences in given.items():
        together = {
            name: metric.combine_sequences({str(n): metric.eval_sequence(each) for n, each in enumerate(sequences)})
            for name, metric in metrics.items()
        }
        answers[key] = {
            'hota': round(100 * float(together['hota']['HOTA'].mean()), 1),
            'mota': round(100 * float(together['clear']['MOTA']), 1),
            'idf1': round(100 * float(together['id']['IDF1']), 1),
            'id_switches': int(together['clear']['IDSW']),
        }
    return answers


def run(peer: type, rate: float, pictures: dict) -> tuple:
    import supervision

    options = {'frame_rate': rate}
    if 'enable_cmc' in inspect.signature(peer.__init__).parameters:
        options['enable_cmc'] = False  # there are no pictures to compensate the camera's motion with
    tracker, rows, spent = peer(**options), [], 0.0
    for number in range(min(pictures), max(pictures) + 1):
        boxes, scores = pictures.get(number, (np.empty((0, 4)), np.empty(0)))
        detections = supervision.Detections(
            xyxy=boxes.astype(np.float32), confidence=scores.astype(np.float32), class_id=np.zeros(len(scores), int)
        )
        began = time.process_time()
        tracks = tracker.update(detections)
        spent += time.process_time() - began
        for identity, box in zip(tracks.tracker_id, tracks.xyxy, strict=True):
            if identity >= 0:
                rows.append([number, identity, box[0], box[1], box[2] - box[0], box[3] - box[1]])
    return np.array(rows, dtype=float), (max(pictures) - min(pictures) + 1) / spent


if __name__ == '__main__':
    main()
