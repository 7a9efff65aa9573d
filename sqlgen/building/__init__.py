"""An order in, a bundle out: a range or a hotfix for one environment, promoted, rebuilt, or several in a release."""
