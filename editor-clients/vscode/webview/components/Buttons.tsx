/** The three kinds of buttons: an icon that says its name to whoever cannot see it, words, and words without a frame. */
import type { JSX } from "preact";

import { Icon, type IconName } from "./Icon";

interface Props {
  readonly label: string;
  readonly onClick: () => void;
  readonly disabled?: boolean;
}

interface IconProps extends Props {
  readonly icon: IconName;
  readonly class?: string;
}

export function IconButton({ icon, label, onClick, disabled, class: className }: IconProps): JSX.Element {
  return (
    <button
      type="button"
      class={`icon-button ${className ?? ""}`}
      title={label}
      aria-label={label}
      disabled={disabled ?? false}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

interface ButtonProps extends Props {
  /** The one that most people want here. */
  readonly isMain?: boolean;
}

export function Button({ label, onClick, disabled, isMain }: ButtonProps): JSX.Element {
  return (
    <button
      type="button"
      class={isMain === true ? "button" : "button button-secondary"}
      disabled={disabled ?? false}
      onClick={onClick}
    >
      {label}
    </button>
  );
}

/** For what is done now and then. */
export function LinkButton({ label, onClick }: Props): JSX.Element {
  return (
    <button type="button" class="link-button" onClick={onClick}>
      {label}
    </button>
  );
}
