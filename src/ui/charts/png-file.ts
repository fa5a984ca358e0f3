/**
 * An SVG file as a PNG, drawn by the browser from the very file that is saved as SVG.
 *
 * Promises: nothing is fetched: the picture comes from a blob of this page. Must not know: which chart it is.
 */
const FAILED = 'The browser could not draw this picture.';

/** @param scale device pixels for one pixel of the chart */
export async function pngFile(svg: string, scale: number): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(image.naturalWidth * scale);
    canvas.height = Math.round(image.naturalHeight * scale);
    const context = canvas.getContext('2d');
    if (context === null) throw new Error(FAILED);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(FAILED))), 'image/png'),
    );
  } finally {
    URL.revokeObjectURL(address);
  }
}
