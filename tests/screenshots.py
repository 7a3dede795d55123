"""Makes the pictures of the review in `docs/`, from its made-up pages.

    python tests/screenshots.py

Needs Chromium with its driver, selenium, and Pillow, which makes the files a fourth as large.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from PIL import Image
from selenium import webdriver

DOCS = Path(__file__).resolve().parent.parent / "docs"
COLORS = 96
SHOTS = {
    "review-wide": (1240, 800, "light", "openAt('wall.txt', 'In short')"),
    "review-dark": (1240, 800, "dark", "openAt('choir.txt', 'Lit on')"),
    "review-narrow": (400, 760, "light", "document.body.classList.add('listing')"),
    "review-narrow-dark": (400, 760, "dark", "openAt('wall.txt', 'Sketch by')"),
    "review-rule": (1240, 800, "light", "showRule(review.rules.findIndex((rule) => rule.id.endsWith('starts')))"),
}
OPEN_AT = """
    const openAt = async (name, start) => {
        await openPage(review.pages.findIndex((page) => page.name === name));
        const at = lines.findIndex((line) => line.text.startsWith(start));
        focusLine(at, true);
        showWhy(at);
        byId(`line-${at}`).scrollIntoView({ block: "center" });
    };
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        pack, review = Path(folder, "quay.toml"), Path(folder, "review.html")
        stripper = [sys.executable, "-m", "stripper"]
        subprocess.run([*stripper, "rules", "learn", "quay.example", "-o", pack], cwd=DOCS, check=True)
        subprocess.run([*stripper, "review", "quay.example", "--rules", pack, "-o", review], cwd=DOCS, check=True)
        options = webdriver.ChromeOptions()
        for argument in ("--headless", "--no-sandbox", "--hide-scrollbars", f"--user-data-dir={folder}/profile"):
            options.add_argument(argument)
        driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
        try:
            for name, (width, height, scheme, script) in SHOTS.items():
                picture = shot(driver, review, width, height, scheme, script)
                Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLORS, dither=Image.Dither.NONE).save(
                    DOCS / f"{name}.png", optimize=True
                )
        finally:
            driver.quit()


def shot(driver: Any, review: Path, width: int, height: int, scheme: str, script: str) -> bytes:
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    driver.get("about:blank")
    driver.get(review.as_uri())
    while driver.execute_script("return document.documentElement.dataset.ready") != "yes":
        time.sleep(0.05)
    driver.execute_script(OPEN_AT + script)
    time.sleep(0.5)
    picture: bytes = driver.get_screenshot_as_png()
    return picture


if __name__ == "__main__":
    main()
