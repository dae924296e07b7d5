// The final test counts, and the checklist remembers. Nothing leaves the browser.
(() => {
  // A browser may refuse to remember, in a private window or for a file: then the page works without.
  const memory = (name) => ({
    read() {
      try {
        return JSON.parse(localStorage.getItem(name)) || {};
      } catch {
        return {};
      }
    },
    write(state) {
      try {
        localStorage.setItem(name, JSON.stringify(state));
      } catch {}
    },
    forget() {
      try {
        localStorage.removeItem(name);
      } catch {}
    },
  });
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  function numberIn(text, whole) {
    const plain = text.trim().replace(/[−–]/, "-");
    return Number(whole ? plain.replace(/[\s,_]/g, "") : plain.replace(",", ".")); // "" gives 0: asked before
  }

  function answerOf(question) {
    const typed = one("[type=text]", question);
    return typed ? typed.value.trim() : one(":checked", question)?.value || "";
  }

  function isRight(question) {
    const answer = answerOf(question);
    const { right, number, within } = question.dataset;
    if (!answer || right) return answer === right;
    const distance = Math.abs(numberIn(answer, Number.isInteger(+number)) - number);
    return distance <= +within + 1e-9; // false where no number was typed
  }

  function startTest(end) {
    const questions = all("fieldset.quiz");
    const kept = memory("nnfund:final-test");
    const pass = +end.dataset.pass;
    const result = one("#quiz-result");
    const again = one("#quiz-look");
    const best = one("#quiz-best");
    let state = kept.read();

    function grade() {
      const missed = questions.filter((question) => !isRight(question));
      for (const question of questions) {
        const mark = one(".quiz-mark", question);
        const right = !missed.includes(question);
        mark.textContent = right ? "Right" : answerOf(question) ? "Not right" : "No answer";
        mark.dataset.right = right;
        one("details", question).open = !right;
      }
      again.replaceChildren(
        ...missed.map((question) => {
          const link = document.createElement("a");
          link.href = `#${question.id}`;
          link.textContent = one(".quiz-count", question).textContent.split(" of ")[0];
          const item = document.createElement("li");
          item.append(link);
          return item;
        }),
      );
      one("#quiz-missed").hidden = !missed.length;
      return questions.length - missed.length;
    }

    function inWords(count) {
      return `${count} of ${questions.length} right: ${count < pass ? "not passed yet" : "passed"}.`;
    }

    function show() {
      all("details", end.parentNode).forEach((details) => {
        if (details.closest("fieldset.quiz")) details.hidden = !state.checked;
      });
      for (const question of questions) {
        const answer = state.answers?.[question.id] ?? "";
        const typed = one("[type=text]", question);
        if (typed) typed.value = answer;
        else all("input", question).forEach((input) => (input.checked = input.value === answer));
        one(".quiz-mark", question).textContent = "";
      }
      result.textContent = state.checked ? inWords(grade()) : "";
      if (!state.checked) one("#quiz-missed").hidden = true;
      best.textContent = state.best == null ? "" : `Your best score in this browser: ${inWords(state.best)}`;
    }

    for (const question of questions) {
      const mark = document.createElement("p");
      mark.className = "quiz-mark";
      one("details", question).before(mark);
      question.addEventListener("input", () => {
        state.answers = { ...state.answers, [question.id]: answerOf(question) };
        kept.write(state);
      });
    }
    one("#quiz-check").addEventListener("click", () => {
      const first = !state.checked; // who has seen the answers cannot raise the best score
      state.checked = true;
      const count = grade();
      if (first) state.best = Math.max(state.best ?? 0, count);
      kept.write(state);
      show();
      one("#your-result").focus();
    });
    one("#quiz-again").addEventListener("click", () => {
      state = state.best == null ? {} : { best: state.best };
      kept.write(state);
      show();
      one("input", questions[0]).focus();
    });
    one("#quiz-forget").addEventListener("click", () => {
      state = {};
      kept.forget();
      show();
      result.textContent = "Answers and score are forgotten.";
    });
    one("#your-result").tabIndex = -1;
    end.hidden = false;
    show();
    document.documentElement.classList.add("quiz-started");
  }

  function startList(list) {
    const boxes = all("[type=checkbox]", list);
    const kept = memory("nnfund:checklist");
    const count = one("#checklist-count");
    const show = () => {
      count.textContent = `${boxes.filter((box) => box.checked).length} of ${boxes.length} ticked.`;
    };
    const ticked = kept.read().ticked || [];
    boxes.forEach((box) => (box.checked = ticked.includes(box.id)));
    list.addEventListener("change", () => {
      kept.write({ ticked: boxes.filter((box) => box.checked).map((box) => box.id) });
      show();
    });
    one("#checklist-clear").addEventListener("click", () => {
      boxes.forEach((box) => (box.checked = false));
      kept.forget();
      show();
    });
    one("#checklist-end").hidden = false;
    show();
  }

  const end = one("#quiz-end");
  const list = one(".checklist");
  if (end) startTest(end);
  if (list) startList(list);
})();
