/* Reads badges by the camera: with the browser's own detector where there is one, else with jsQR, which is loaded only then. */
const EVERY_MS = 250;
const SIDE_MAX = 640; // enough for a badge held at arm's length, and quick on an old phone

async function nativeReader() {
  if (!("BarcodeDetector" in globalThis)) return null;
  const formats = await BarcodeDetector.getSupportedFormats();
  if (!formats.includes("qr_code")) return null;
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  return async (source) => (await detector.detect(source))[0]?.rawValue ?? null;
}

async function ownReader() {
  await import("./jsQR.js");
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    const scale = Math.min(1, SIDE_MAX / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    if (!canvas.width) return null;
    pen.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data, width, height } = pen.getImageData(0, 0, canvas.width, canvas.height);
    return globalThis.jsQR(data, width, height, { inversionAttempts: "dontInvert" })?.data ?? null;
  };
}

/** Whether this phone must have jsQR with it where there is no signal. */
export const needsOwnReader = async () => (await nativeReader().catch(() => null)) === null;

/** Look through the camera into `video` and tell `found(text)` of each badge, once while it stays in sight.
    Gives back what stops it. Throws "no_camera" or "camera_refused". */
export async function look(video, found) {
  if (!navigator.mediaDevices?.getUserMedia) throw new Error("no_camera");
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: "environment" } });
  } catch (error) {
    throw new Error(error.name === "NotAllowedError" ? "camera_refused" : "no_camera");
  }
  let running = true;
  const stop = () => {
    running = false;
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  };
  try {
    video.srcObject = stream;
    await video.play();
    const read = (await nativeReader().catch(() => null)) ?? (await ownReader());
    void watch(read);
  } catch (error) {
    stop();
    throw new Error("no_camera", { cause: error });
  }

  async function watch(read) {
    let last = null;
    while (running) {
      const text = await read(video).catch(() => null);
      if (running && text && text !== last) found(text);
      if (text) last = text;
      await new Promise((done) => setTimeout(done, EVERY_MS));
    }
  }
  return stop;
}

/** What a scanned text says: the token of a badge of this site, or null. */
export function badgeIn(scanned) {
  let path = "";
  try { path = new URL(scanned, location.origin).pathname; } catch { return null; }
  const found = path.match(/^\/captain\/badge\/([^/]+)\/$/);
  return found ? decodeURIComponent(found[1]) : null;
}

/** A code as it is compared: without spaces, dashes and capitals. */
export const plainCode = (written) => written.replace(/[\s-]/g, "").toLowerCase();

/** Whose badge or code it is in the kept days, nearest first, or undefined. */
export function memberOf({ badge, code }, days) {
  // The number before the sign is the placement's; whether the sign is ours is for the site to say.
  const id = badge ? Number(badge.split(".")[0]) : null;
  const members = days.flatMap((day) => day.posts.flatMap((post) => post.crew));
  return members.find((member) => (badge ? member.placement_id === id : member.code && plainCode(member.code) === code));
}
