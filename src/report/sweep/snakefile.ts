/** A sweep as a Snakemake workflow: a job for each point and one for the table, all of them blnet commands. */
import { pythonString } from '../../text/strings.js';
import { listed, python } from '../../text/text.js';

/**
 * @param document path of the sweep's document, from the folder of results
 * @param models path of each point's model from there, by the point's name
 */
export function snakefile(document: string, models: ReadonlyMap<string, string>): string {
  const lines = [...models].map(([id, model]) => python`    ${pythonString(id)}: ${pythonString(model)},`);
  return python`# Written by blnet sweep --snakemake. In the folder of this file:
#   snakemake --cores 4
# On a cluster with an executor plugin: snakemake --executor slurm --jobs 100. Where blnet is called otherwise:
# snakemake --config blnet="node /path/to/blnet/dist/cli/main.js".
# Finished points stay; a point runs again where the document or its model is newer than its result.

BLNET = config.get("blnet", "blnet")
DOCUMENT = ${pythonString(document)}
MODELS = {
${listed('python', lines, '\n')}
}


wildcard_constraints:
    point="[A-Za-z0-9._-]+",


rule all:
    input:
        "table.csv",


rule point:
    input:
        document=lambda wildcards: DOCUMENT,
        model=lambda wildcards: MODELS[wildcards.point],
    output:
        "points/{point}.json",
    params:
        blnet=lambda wildcards: BLNET,
    shell:
        "{params.blnet} sweep {input.document:q} -o . --point {wildcards.point}"


rule table:
    input:
        document=lambda wildcards: DOCUMENT,
        points=expand("points/{point}.json", point=list(MODELS)),
    output:
        "table.csv",
        "index.html",
    params:
        blnet=lambda wildcards: BLNET,
    shell:
        "{params.blnet} sweep {input.document:q} -o . --table"
`.in('python');
}
