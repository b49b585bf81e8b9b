import { execa } from 'execa';

/** The tests of the command line run what is built: build it where it is not current. */
export default async function build(): Promise<void> {
  await execa('make', ['build'], { stderr: 'inherit' });
}
