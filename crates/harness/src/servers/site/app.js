const list = document.querySelector("#list"), again = document.querySelector("#again");

async function call(line) {
  const [method, target, more] = line.split(" ");
  if (method === "PAUSE") return new Promise(done => setTimeout(done, target));
  const options = {method};
  if (Number(more)) options.body = "x".repeat(more);
  else if (more) options.headers = {accept: more};
  const answer = await fetch(target.replace("NOW", Date.now()), options).then(answer => answer.text()).catch(String);
  list.append(`${target}: ${answer.length}\n`);
}

async function round(lines) {
  for (const line of lines) await Promise.all(line.split(" & ").map(call));
  list.dataset.rounds++;
}

const lines = JSON.parse(list.dataset.calls);
if (list.dataset.order) lines.sort(() => Math.random() - 0.5);
again.onclick = () => round(lines.slice(-1));
round(lines);
