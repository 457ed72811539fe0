// Right is one short high tone, wrong is two low ones; made here, so nothing is downloaded.
const TONES = {
  right: [{ hertz: 1318, at: 0, lasts: 0.09, shape: "sine", loud: 0.2 }],
  wrong: [
    { hertz: 196, at: 0, lasts: 0.16, shape: "square", loud: 0.16 },
    { hertz: 165, at: 0.22, lasts: 0.26, shape: "square", loud: 0.16 },
  ],
};

let player = null;

function audio() {
  const Player = window.AudioContext;
  if (Player && !player) player = new Player();
  return player;
}

function sound(context, tone) {
  const start = context.currentTime + tone.at;
  const source = context.createOscillator();
  const volume = context.createGain();
  source.type = tone.shape;
  source.frequency.value = tone.hertz;
  volume.gain.setValueAtTime(tone.loud, start);
  volume.gain.exponentialRampToValueAtTime(0.001, start + tone.lasts);
  source.connect(volume).connect(context.destination);
  source.start(start);
  source.stop(start + tone.lasts);
}

// Browsers play only after the person has pressed something; waking early avoids a late first tone.
export function wake() {
  if (document.body.dataset.sounds !== "off") audio()?.resume().catch(() => {});
}

export function play(name) {
  document.dispatchEvent(new CustomEvent("scan:sound", { detail: { name } }));
  if (document.body.dataset.sounds === "off") return;
  const context = audio();
  if (!context) return;
  context.resume().then(() => TONES[name].forEach((tone) => sound(context, tone))).catch(() => {});
}

export function flash(name) {
  let edge = document.querySelector(".edge-flash");
  if (!edge) {
    edge = document.createElement("div");
    edge.className = "edge-flash";
    edge.setAttribute("aria-hidden", "true");
    document.body.append(edge);
  }
  edge.classList.toggle("edge-flash-wrong", name === "wrong");
  edge.classList.remove("edge-flash-on");
  void edge.offsetWidth; // restarts the animation when two scans follow closely
  edge.classList.add("edge-flash-on");
}
