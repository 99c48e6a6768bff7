// The frame of a report in a notebook is as high as the report says that it is.

if (!window.cnncalcFrames) {
  window.cnncalcFrames = true;
  addEventListener("message", (event) => {
    const height = Number(event.data?.cnncalc);
    if (!(height > 0)) return;
    for (const frame of document.querySelectorAll("iframe.cnncalc-report")) {
      if (frame.contentWindow === event.source) frame.style.height = `${height}px`;
    }
  });
}
