// Lets pages of other origins open files here, once the person agrees: docs/open-files.md. Only `cargo xtask dist --opener` publishes it.
const openers = new Set(document.querySelector("meta[name='fivetwenty:openers']").content.split(" "));
// The person sees every file of a request.
const MOST_FILES = 20;
const LONGEST_NAME = 255;
// Of a name so many letters are shown, the last ones too, for they say what kind of file it is.
const SHOWN = 80;
const SHOWN_LAST = 20;
// Letters that are not seen, or that change how others are seen.
const HIDDEN = /[\p{C}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu;
// Origins that the person said no to. They do not ask again before the page is loaded anew.
const declined = new Set();
let asks = false;

addEventListener("message", ({ data, origin, source }) => {
  if (!source || !openers.has(origin)) return;
  const reply = (fivetwenty, more) => source.postMessage({ fivetwenty, ...more }, origin);
  if (data?.fivetwenty === "ping") return reply("pong", { version: 1 });
  if (data?.fivetwenty !== "open") return;
  if (declined.has(origin)) return reply("refused", { why: "declined" });
  if (asks) return reply("refused", { why: "busy" });
  const detail = fault(data.files);
  if (detail) return reply("refused", { why: "malformed", detail });
  asks = true;
  ask(origin, data.files, (agreed) => {
    asks = false;
    if (!agreed) {
      declined.add(origin);
      return reply("refused", { why: "declined" });
    }
    // As if the person had dropped them: boot.js keeps them when the page is not drawn yet.
    const dataTransfer = new DataTransfer();
    for (const file of data.files) dataTransfer.items.add(new File([file.data], file.name));
    dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
    reply("opened");
  });
});

// What is wrong with the files of a request, if something is. Arrays come with all properties that their sender gave them, so none of their methods is called.
function fault(files) {
  const kind = (value) => Object.prototype.toString.call(value).slice(8, -1);
  if (!Array.isArray(files)) return `files: expected an Array, found ${kind(files)}`;
  if (files.length < 1 || files.length > MOST_FILES) return `files: expected 1 to ${MOST_FILES}, found ${files.length}`;
  let index = 0;
  for (const file of files) {
    const at = `files[${index++}]`;
    const { name, data } = file ?? {};
    if (typeof name !== "string") return `${at}.name: expected a String, found ${kind(name)}`;
    if (name.length < 1 || name.length > LONGEST_NAME) return `${at}.name: expected 1 to ${LONGEST_NAME} characters, found ${name.length}`;
    const isData = data instanceof Blob || (data instanceof ArrayBuffer && !data.resizable);
    if (!isData) return `${at}.data: expected an ArrayBuffer of fixed length, a Blob or a File, found ${kind(data)}`;
    // As a buffer is that was moved away before.
    if (sizeOf(data) === 0) return `${at}.data: expected at least 1 byte, found 0`;
  }
}

const sizeOf = (data) => data.size ?? data.byteLength;

// Asks the person, and says what they chose.
function ask(origin, files, answer) {
  const make = (name, properties, ...inside) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...inside);
    return element;
  };
  const rows = Array.from(files, ({ name, data }) => {
    const size = sizeOf(data);
    return make("li", {}, make("code", {}, shown(name)), ` (${size.toLocaleString("en")} ${size === 1 ? "byte" : "bytes"})`);
  });
  const count = rows.length === 1 ? "1 file" : `${rows.length} files`;
  const title = make("h2", { id: "opener-title" }, `Open ${count} from another page?`);
  const no = make("button", { type: "button", id: "opener-no", autofocus: true }, "No");
  const yes = make("button", { type: "button", id: "opener-yes" }, rows.length === 1 ? "Open this file" : "Open these files");
  // A long list scrolls, so that the origin and the buttons stay in view.
  const list = make("ul", { id: "opener-files", tabIndex: 0, ariaLabel: "Files" }, ...rows);
  Object.assign(list.style, { maxHeight: "35vh", overflow: "auto" });
  const isOpen = document.querySelector(".file") !== null;
  const beside = "Other files are open here. These are added to them or replace them, as if you had dropped them. “Undo” restores replaced files.";
  const dialog = make(
    "dialog",
    { id: "opener" },
    make(
      "div",
      { className: "stack" },
      title,
      make("p", {}, make("code", { id: "opener-origin" }, origin), ` sent ${count}. Nothing was read yet. Agree only if you came from there.`),
      list,
      ...(isOpen ? [make("p", { id: "opener-beside" }, beside)] : []),
      make("p", { className: "actions" }, no, yes),
    ),
  );
  dialog.setAttribute("aria-labelledby", title.id);
  no.onclick = () => dialog.close();
  yes.onclick = () => dialog.close("open");
  // Esc closes it too.
  dialog.onclose = () => {
    dialog.remove();
    answer(dialog.returnValue === "open");
  };
  document.body.append(dialog);
  dialog.showModal();
  no.focus();
}

// A name as it is: nothing in it hides or turns the text around.
function shown(name) {
  const letters = [...name];
  const cut = letters.length > SHOWN ? [...letters.slice(0, SHOWN - SHOWN_LAST), "…", ...letters.slice(-SHOWN_LAST)] : letters;
  return cut.join("").replace(HIDDEN, (letter) => `\\u{${letter.codePointAt(0).toString(16)}}`);
}
