// A slip's QR leads to /follow#four-words. What stands after # never reaches a server by itself:
// take the words out of the address, put them in the form and send them in its body.
"use strict";
const form = document.getElementById("follow");
const words = location.hash.toLowerCase().replace(/[^a-z]+/g, " ").trim(); // ours are a to z only
if (form && words) {
  history.replaceState(null, "", location.pathname);
  form.elements.words.value = words;
  form.requestSubmit();
}
