import { Ajv2020, type AnySchema, type ValidateFunction } from 'ajv/dist/2020.js';

type Compile = (this: Ajv2020, schema: AnySchema) => ValidateFunction;

const prototype = Ajv2020.prototype as { compile: Compile };
const { compile } = prototype;

/** Compiles a schema when something is validated for the first time. */
const compileLater: Compile = function (schema) {
  let validate: ValidateFunction | undefined;
  const later = (data: unknown): boolean => {
    validate ??= compile.call(this, schema);
    const isValid = validate(data);
    later.errors = validate.errors;
    return isValid;
  };
  later.errors = undefined as ValidateFunction['errors'];
  return later as ValidateFunction;
};

/** From when this module is loaded until `compileAtOnce`: whoever is loaded meanwhile has its validators made when they are used. */
prototype.compile = compileLater;

export function compileAtOnce(): void {
  prototype.compile = compile;
}
