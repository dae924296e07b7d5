"""Find the layers that nobody registered."""

from torch import nn


def unregistered(model: nn.Module) -> list[str]:
    """Return the names of the attributes that hide modules, sorted."""
    found = []
    for path, module in model.named_modules():
        for name, value in vars(module).items():
            if name.startswith("_") or not isinstance(value, (list, tuple, dict)):
                continue
            entries = value.values() if isinstance(value, dict) else value
            if any(isinstance(entry, nn.Module) for entry in entries):
                found.append(f"{path}.{name}" if path else name)
    return sorted(found)
