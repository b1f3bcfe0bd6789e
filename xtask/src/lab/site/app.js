const orders = document.querySelector("#orders");
const again = document.querySelector("#again");

async function showCart() {
  const response = await fetch("/api/cart");
  const cart = JSON.parse(await response.text());
  document.querySelector("#cart").textContent = `Cart (${cart.items.length})`;
}

async function showOrders() {
  again.hidden = true;
  try {
    const response = await fetch("/api/orders?page=2&session=8c1f42d07be94a36");
    const text = await response.text();
    if (!response.ok) throw new Error(`status ${response.status}`);
    orders.textContent = `${JSON.parse(text).orders.length} orders`;
  } catch {
    orders.textContent = "Your orders cannot be shown right now.";
    again.hidden = false;
  }
  orders.dataset.attempts = Number(orders.dataset.attempts) + 1;
}

again.addEventListener("click", showOrders);
showCart().then(showOrders);
