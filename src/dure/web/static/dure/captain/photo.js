/* A photograph of the work, without faces: the phone makes everything coarse before it is kept, and only what the captain
   wipes with a finger is drawn clearly. It is drawn anew on a canvas, so that nothing of the camera's notes (place, time,
   device: EXIF) comes along, and the clear picture never leaves this page. */
const SIDE_MAX = 1280;
const BLOCKS = 32; // the longer side in so many blocks: a face across a tenth of the picture becomes three of them
const BRUSH = 0.05; // of the longer side, to either side of the finger
const QUALITIES = [0.75, 0.6, 0.45, 0.3];
const BYTES_MAX = 650_000;
const STEP = 0.04; // how far the keyboard moves the brush

/** The picture in `file` on two canvases of one size: clear, and coarse. Throws where it is no picture. */
async function drawn(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, SIDE_MAX / Math.max(picture.width, picture.height));
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const clear = sized(width, height);
  clear.getContext("2d").drawImage(picture, 0, 0, width, height);
  picture.close();
  return { clear, coarse: coarsened(clear) };
}

function sized(width, height) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  return canvas;
}

/** Each block in one colour: the mean of its pixels. Steps of a half, since one large step would pick single pixels. */
function coarsened(clear) {
  const share = BLOCKS / Math.max(clear.width, clear.height);
  const small = { width: Math.max(1, Math.round(clear.width * share)), height: Math.max(1, Math.round(clear.height * share)) };
  let last = clear;
  while (last.width > small.width * 2) {
    const half = sized(Math.max(small.width, last.width >> 1), Math.max(small.height, last.height >> 1));
    half.getContext("2d").drawImage(last, 0, 0, half.width, half.height);
    last = half;
  }
  const blocks = sized(small.width, small.height);
  blocks.getContext("2d").drawImage(last, 0, 0, small.width, small.height);
  const coarse = sized(clear.width, clear.height);
  const pen = coarse.getContext("2d");
  pen.imageSmoothingEnabled = false;
  pen.drawImage(blocks, 0, 0, coarse.width, coarse.height);
  return coarse;
}

/** A picture being wiped on `canvas`. `jpeg()` is what is kept of it. */
export class Wiping {
  constructor(canvas) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
    this.wiped = false;
    this.last = null;
    this.at = { x: 0.5, y: 0.5 };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.last = null;
      this.#wipe(this.#place(event));
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.buttons) this.#wipe(this.#place(event));
    });
    canvas.addEventListener("keydown", (event) => this.#byKey(event));
  }

  async open(file) {
    Object.assign(this, await drawn(file));
    Object.assign(this.canvas, { width: this.clear.width, height: this.clear.height });
    this.again();
  }

  /** All coarse again. */
  again() {
    this.wiped = false;
    this.last = null;
    this.pen.drawImage(this.coarse, 0, 0);
  }

  #place(event) {
    const box = this.canvas.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  }

  #byKey(event) {
    const steps = { ArrowUp: [0, -STEP], ArrowDown: [0, STEP], ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], " ": [0, 0] };
    const step = steps[event.key];
    if (!step || !this.clear) return;
    event.preventDefault();
    const within = (value) => Math.min(1, Math.max(0, value));
    this.at = { x: within(this.at.x + step[0]), y: within(this.at.y + step[1]) };
    this.last = null;
    this.#wipe(this.at);
  }

  #wipe(place) {
    if (!this.clear) return;
    const { width, height } = this.canvas;
    const radius = BRUSH * Math.max(width, height);
    const to = { x: place.x * width, y: place.y * height };
    const from = this.last ?? to;
    this.pen.save();
    this.pen.beginPath();
    const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / (radius / 2)));
    for (let n = 0; n <= steps; n++) {
      const x = from.x + ((to.x - from.x) * n) / steps;
      const y = from.y + ((to.y - from.y) * n) / steps;
      this.pen.moveTo(x + radius, y);
      this.pen.arc(x, y, radius, 0, 2 * Math.PI);
    }
    this.pen.clip();
    this.pen.drawImage(this.clear, 0, 0);
    this.pen.restore();
    this.last = to;
    this.at = place;
    this.wiped = true;
  }

  /** The picture as base64 of a JPEG; null where it stays too large. */
  jpeg() {
    for (const quality of QUALITIES) {
      const encoded = this.canvas.toDataURL("image/jpeg", quality).split(",")[1];
      if (encoded.length <= BYTES_MAX) return encoded;
    }
    return null;
  }

  close() {
    this.clear = this.coarse = null;
    Object.assign(this.canvas, { width: 0, height: 0 });
  }
}
