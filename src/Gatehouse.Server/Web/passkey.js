// The one script of this server: a browser has passkeys only for scripts. It passes what the server asks to the browser, and what the browser says to the server.
const form = document.querySelector('form[data-passkey]');
const problem = document.querySelector('[data-passkey-problem]');
const creates = form?.dataset.passkey === 'create';
const parse = window.PublicKeyCredential?.[creates ? 'parseCreationOptionsFromJSON' : 'parseRequestOptionsFromJSON'];

if (form && parse) {
  form.hidden = false;
  document.querySelector('[data-passkey-missing]')?.remove();
  form.querySelector('button').addEventListener('click', async event => {
    event.preventDefault();
    problem.hidden = true;
    try {
      const publicKey = parse.call(PublicKeyCredential, JSON.parse(form.dataset.options));
      const credential = await (creates ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch {
      // Cancelled, timed out, or already registered: the browser has told its user which.
      problem.hidden = false;
      problem.focus();
    }
  });
}
