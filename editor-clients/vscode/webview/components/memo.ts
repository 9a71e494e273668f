/**
 * A component that is drawn again only when one of its properties is another: what makes a long conversation cheap.
 * (preact/compat has the same, with much else.)
 */
import { Component, createElement, type ComponentChild, type FunctionComponent } from "preact";

export function memo<P extends object>(drawn: FunctionComponent<P>): new () => Component<P> {
  return class extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      return differs(this.props, next);
    }

    override render(): ComponentChild {
      return createElement(drawn, this.props);
    }
  };
}

function differs<P extends object>(before: P, after: P): boolean {
  const keys = Object.keys(after) as (keyof P)[];
  return keys.length !== Object.keys(before).length || keys.some((key) => before[key] !== after[key]);
}
