// MLflow's clients print addresses such as /#/experiments/1/runs/<id>. The part after '#' never reaches the server, so
// the browser has to find the studio's page for it.
(() => {
  const part = (pattern) => (location.hash.match(pattern) || []).slice(1).map(decodeURIComponent);
  const [run] = part(/^#\/experiments\/[^/?]+\/runs\/([^/?]+)/);
  const [experiment] = part(/^#\/experiments\/([^/?]+)/);
  const [model] = part(/^#\/models\/([^/?]+)/);
  const page = run ? `run.xhtml?id=${encodeURIComponent(run)}`
    : experiment ? `jobs.xhtml?experiment=${encodeURIComponent(experiment)}`
    : model ? `model.xhtml?name=${encodeURIComponent(model)}`
    : "";
  location.replace(`/studio/${page}`);
})();
