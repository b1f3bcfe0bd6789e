const list = document.querySelector("#list");
const again = document.querySelector("#again");

// A line is a method, a target and perhaps the size of a body or the type that is wanted; or a pause in milliseconds.
async function call(line) {
  const [method, target, more] = line.split(" ");
  if (method === "PAUSE") return new Promise(resolve => setTimeout(resolve, target));
  const item = list.appendChild(document.createElement("li"));
  const options = {method};
  if (Number(more)) options.body = JSON.stringify({note: "x".repeat(more)});
  else if (more) options.headers = {accept: more};
  try {
    const response = await fetch(target.replace("NOW", Date.now()), options);
    item.textContent = `${target}: ${response.status}, ${(await response.text()).length} characters`;
  } catch {
    item.textContent = `${target} cannot be shown right now`;
  }
}

async function round(lines) {
  again.disabled = true;
  for (const line of lines) await Promise.all(line.split(" & ").map(call));
  again.disabled = false;
  list.dataset.rounds = Number(list.dataset.rounds) + 1;
}

const lines = JSON.parse(list.dataset.calls);
if (list.dataset.order === "shuffled") lines.sort(() => Math.random() - 0.5);
again.addEventListener("click", () => round(lines.slice(-1)));
round(lines);
