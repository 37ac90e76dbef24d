"""The mall's floors as the kit's floor plan draws them. Used by every slice that shows one."""
