"""Training: the loop, what can join it, and how its results are measured and kept."""

from nnfund.training.callbacks import Callback, ClipGradients, Run
from nnfund.training.checkpoint import CheckpointError, load_checkpoint, save_checkpoint
from nnfund.training.devices import pick_device
from nnfund.training.early_stopping import EarlyStopping
from nnfund.training.evaluation import evaluate
from nnfund.training.history import History
from nnfund.training.loop import fit
from nnfund.training.metrics import accuracy, confusion_matrix, dice, iou, precision_recall_f1
from nnfund.training.resume import Checkpoint
from nnfund.training.schedules import triangular
from nnfund.training.seeds import set_seed

__all__ = [
    "Callback",
    "Checkpoint",
    "CheckpointError",
    "ClipGradients",
    "EarlyStopping",
    "History",
    "Run",
    "accuracy",
    "confusion_matrix",
    "dice",
    "evaluate",
    "fit",
    "iou",
    "load_checkpoint",
    "pick_device",
    "precision_recall_f1",
    "save_checkpoint",
    "set_seed",
    "triangular",
]
