# Where `snakemake` looks first; the workflow is in workflow/, where other tools look for it. The rules
# there include no file of a folder above, which cannot be read from a repository.
include: "workflow/Snakefile"


rule default:
    """What is built without a target: the default of a file that is included does not count."""
    default_target: True
    input:
        rules.all.input,
    localrule: True
