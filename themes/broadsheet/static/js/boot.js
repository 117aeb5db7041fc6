/* Sets the reader's text size before the first paint. */
(d=>{d.classList.add("js");try{let s=+localStorage.textScale;s>=.875&&s<=2&&d.style.setProperty("--scale",s)}catch{}})(document.documentElement)
