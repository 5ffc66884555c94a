// Makes the schemas beside it from the type declarations of the npm packages named in README.md: 'node make.mjs' in a folder
// where they and ts-json-schema-generator are installed. Writes one file for each package, without descriptions.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const packages = {
  "kubernetes": [
    "kubernetes-models/v1/{Namespace,ServiceAccount,Service,ConfigMap,Secret,PersistentVolumeClaim}",
    "kubernetes-models/apps/v1/{Deployment,StatefulSet}",
    "kubernetes-models/batch/v1/Job",
    "kubernetes-models/networking.k8s.io/v1/{Ingress,NetworkPolicy}",
    "kubernetes-models/policy/v1/PodDisruptionBudget",
    "kubernetes-models/rbac.authorization.k8s.io/v1/{ClusterRole,ClusterRoleBinding}",
    "kubernetes-models/scheduling.k8s.io/v1/PriorityClass",
  ],
  "keda": ["@kubernetes-models/keda/keda.sh/v1alpha1/{ScaledObject,TriggerAuthentication}"],
  "prometheus": ["@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/{PodMonitor,PrometheusRule}"],
  "strimzi": ["@kubernetes-models/strimzi-kafka-operator/kafka.strimzi.io/v1/{Kafka,KafkaNodePool,KafkaTopic,KafkaUser}"],
};

function paths(pattern) {
  const braces = pattern.match(/^(.*)\{(.*)\}$/);
  return braces ? braces[2].split(",").map((name) => braces[1] + name) : [pattern];
}

function isObject(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** What an operator writes is not what a manifest says; an object of which nothing is declared may hold anything. */
function tidy(node, isKind) {
  if (Array.isArray(node)) return node.map((entry) => tidy(entry, false));
  if (!isObject(node)) return node;
  const out = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === "description") continue;
    out[key] = key === "properties"
      ? Object.fromEntries(Object.entries(value)
        .filter(([name]) => !(isKind && name === "status"))
        .map(([name, schema]) => [name, tidy(schema, false)]))
      : tidy(value, false);
  }
  if (out.type === "object" && out.properties === undefined && out.additionalProperties === false) {
    delete out.additionalProperties;
  }
  return out;
}

function references(node, found = new Set()) {
  if (Array.isArray(node)) node.forEach((entry) => references(entry, found));
  else if (isObject(node)) {
    if (typeof node.$ref === "string") found.add(node.$ref.replace("#/definitions/", ""));
    Object.values(node).forEach((entry) => references(entry, found));
  }
  return found;
}

writeFileSync("tsconfig.json", JSON.stringify({
  compilerOptions: { module: "nodenext", moduleResolution: "nodenext", strict: true, skipLibCheck: true, target: "es2022" },
  files: ["kinds.ts"],
}));
for (const [name, patterns] of Object.entries(packages)) {
  const kinds = patterns.flatMap(paths);
  writeFileSync("kinds.ts", kinds.map((path) => `export type { I${path.split("/").pop()} } from "${path}";\n`).join(""));
  execFileSync("npx", ["ts-json-schema-generator", "--path", "kinds.ts", "--tsconfig", "tsconfig.json", "--type", "*",
    "--no-type-check", "--jsDoc", "none", "-o", "all.json"], { stdio: "inherit" });
  const { definitions } = JSON.parse(readFileSync("all.json", "utf8"));
  const roots = kinds.map((path) => "I" + path.split("/").pop());
  const kept = {};
  const open = [...roots];
  while (open.length > 0) {
    const next = open.pop();
    if (next in kept) continue;
    kept[next] = tidy(definitions[decodeURIComponent(next)], roots.includes(next));
    open.push(...references(kept[next]));
  }
  const sorted = Object.fromEntries(Object.keys(kept).sort().map((key) => [key, kept[key]]));
  writeFileSync(join(dirname(fileURLToPath(import.meta.url)), `${name}.json`), JSON.stringify({
    $schema: "http://json-schema.org/draft-07/schema#",
    oneOf: roots.map((root) => ({ $ref: `#/definitions/${root}` })),
    definitions: sorted,
  }) + "\n");
}
