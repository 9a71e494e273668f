/**
 * A button that opens a list to choose from, with a filter where the list is long. Keyboard as in VS Code's own lists:
 * arrows, Enter, Escape. Used for models and agents.
 */
import type { JSX, TargetedEvent } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";

import { Icon } from "./Icon";
import { usePicking } from "./usePicking";

export interface Choice {
  readonly id: string;
  readonly label: string;
  readonly detail?: string;
  /** It is shown, but cannot be chosen. */
  readonly isDisabled?: boolean;
}

interface Props {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly Choice[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}

export function Picker(props: Props): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const name = `${props.label}: ${props.value}`;
  return (
    <div class="picker">
      <button
        ref={button}
        type="button"
        class="picker-button"
        aria-haspopup="listbox"
        aria-expanded={isOpen}
        aria-label={name}
        title={name}
        onClick={() => {
          setOpen(!isOpen);
        }}
      >
        <span>{props.value}</span>
        <Icon name="chevron" />
      </button>
      {isOpen && (
        <PickerList
          {...props}
          onClose={(isByKey) => {
            setOpen(false);
            if (isByKey) {
              button.current?.focus();
            }
          }}
        />
      )}
    </div>
  );
}

interface ListProps extends Props {
  /** `isByKey`: the focus goes back to the button; else it is already somewhere else. */
  readonly onClose: (isByKey: boolean) => void;
}

/** A filter is worth its place from so many choices on. */
const MANY = 7;

function PickerList(props: ListProps): JSX.Element {
  const { label, choices, chosen, onClose } = props;
  const id = useId();
  const { shown, active, filter, choose, onKey } = usePicking(props);
  return (
    <div class="popup picker-list" onFocusOut={closing(onClose)}>
      <FilterField
        label={label}
        list={id}
        active={active}
        isShown={choices.length >= MANY}
        onKey={onKey}
        onFilter={filter}
      />
      <ul id={id} role="listbox" aria-label={label}>
        {shown.map((choice, index) => (
          <Option
            key={choice.id}
            id={`${id}-${index}`}
            choice={choice}
            isChosen={choice.id === chosen}
            isActive={index === active}
            onChoose={choose}
          />
        ))}
      </ul>
      {shown.length === 0 && (
        <p class="empty">{choices.length === 0 ? `${label}: nothing to choose.` : "Nothing matches."}</p>
      )}
    </div>
  );
}

interface FilterProps {
  readonly label: string;
  /** The id of the list it filters, and the index of the option that Enter would take. */
  readonly list: string;
  readonly active: number;
  readonly isShown: boolean;
  /** Whether the key was the list's. */
  readonly onKey: (key: string) => boolean;
  readonly onFilter: (text: string) => void;
}

function FilterField({ label, list, active, isShown, onKey, onFilter }: FilterProps): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
  }, []);
  return (
    <input
      ref={field}
      class={isShown ? "field" : "sr-only"}
      type="text"
      role="combobox"
      aria-label={`Filter: ${label}`}
      aria-expanded="true"
      aria-controls={list}
      aria-activedescendant={`${list}-${active}`}
      placeholder="Filter"
      onInput={(event) => {
        onFilter(event.currentTarget.value);
      }}
      onKeyDown={(event) => {
        if (onKey(event.key)) {
          event.preventDefault();
          event.stopPropagation();
        }
      }}
    />
  );
}

interface OptionProps {
  readonly id: string;
  readonly choice: Choice;
  readonly isChosen: boolean;
  readonly isActive: boolean;
  readonly onChoose: (choice: Choice) => void;
}

function Option({ id, choice, isChosen, isActive, onChoose }: OptionProps): JSX.Element {
  return (
    <li
      id={id}
      role="option"
      aria-selected={isChosen}
      aria-disabled={choice.isDisabled ?? false}
      class={isActive ? "active" : ""}
      ref={isActive ? intoSight : null}
      // The filter keeps the focus.
      onMouseDown={(event) => {
        event.preventDefault();
        onChoose(choice);
      }}
    >
      <span class="choice-check">{isChosen && <Icon name="check" />}</span>
      <span class="choice-label">{choice.label}</span>
      {choice.detail !== undefined && <span class="choice-detail">{choice.detail}</span>}
    </li>
  );
}

export function intoSight(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: "nearest" });
}

function closing(onClose: ListProps["onClose"]): (event: TargetedEvent<HTMLElement, FocusEvent>) => void {
  return (event) => {
    const next = event.relatedTarget;
    if (!(next instanceof Node) || !event.currentTarget.contains(next)) {
      onClose(false);
    }
  };
}
