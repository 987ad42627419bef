import { callInfoOf, collectCallInfo } from './call-info.ts';
import { faultTypes } from './framework-types.ts';
import type { SoapOperation, SoapService } from './service-model.ts';
import { type SoapTypes, typesByName } from './type-model.ts';
import { WsdlSchema } from './wsdl-schema.ts';
import { element } from './xml-text.ts';

/** Types that every WSDL has, because custom attributes may hold them. */
const CUSTOM_ATTRIBUTE_TYPES = [
  'FrameworkDataImageContentInterface',
  'CustomerDataRegionInterface',
  'CustomerDataAddressInterface',
];

/**
 * Describes services in WSDL 1.1 with SOAP 1.2 bindings.
 *
 * @param services with only those operations that the caller may use
 * @param types types of the framework and of the services
 * @param endpoint address of the services, which is the target namespace too
 *
 * Magento: module-webapi/Model/Soap/Wsdl/Generator.php, recordings/soap.json.
 */
export function generateWsdl(services: readonly SoapService[], types: SoapTypes, endpoint: string): string {
  const sorted = services.toSorted((left, right) => (left.name < right.name ? -1 : 1));
  const allTypes = typesByName([...types.values()], faultTypes);
  const schema = new WsdlSchema(endpoint, allTypes, collectCallInfo(sorted));
  schema.addElement('GenericFault', 'GenericFault');
  schema.addType('GenericFault');
  for (const type of CUSTOM_ATTRIBUTE_TYPES) schema.addType(type);
  const parts = sorted.map((service) => describeService(service, schema, endpoint));
  const definitions = element(
    'definitions',
    {
      xmlns: 'http://schemas.xmlsoap.org/wsdl/',
      'xmlns:wsdl': 'http://schemas.xmlsoap.org/wsdl/',
      'xmlns:tns': endpoint,
      'xmlns:soap': 'http://schemas.xmlsoap.org/wsdl/soap/',
      'xmlns:xsd': 'http://www.w3.org/2001/XMLSchema',
      'xmlns:soap-enc': 'http://schemas.xmlsoap.org/soap/encoding/',
      'xmlns:soap12': 'http://schemas.xmlsoap.org/wsdl/soap12/',
      name: 'MagentoWSDL',
      targetNamespace: endpoint,
    },
    element('types', {}, schema.toXml()) + message('GenericFault') + parts.join(''),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${definitions}\n`;
}

function describeService(service: SoapService, schema: WsdlSchema, endpoint: string): string {
  const messages: string[] = [];
  for (const operation of service.operations) {
    const name = service.name + operation.name;
    messages.push(message(describeInput(name, operation, schema)));
    if (operation.output) messages.push(message(describeOutput(name, operation.output, schema)));
  }
  const { name, operations } = service;
  return [
    element(
      'portType',
      { name: `${name}PortType` },
      operations.map((operation) => portOperation(name + operation.name, operation)).join(''),
    ),
    element(
      'binding',
      { name: `${name}Binding`, type: `tns:${name}PortType` },
      element('soap12:binding', {
        style: 'document',
        transport: 'http://schemas.xmlsoap.org/soap/http',
      }) + operations.map((operation) => boundOperation(name + operation.name, operation)).join(''),
    ),
    element(
      'service',
      { name: `${name}Service` },
      element(
        'port',
        { name: `${name}Port`, binding: `tns:${name}Binding` },
        element('soap12:address', { location: endpoint }),
      ),
    ),
    ...messages,
  ].join('');
}

function describeInput(name: string, { input, documentation }: SoapOperation, schema: WsdlSchema): string {
  const messageName = `${name}Request`;
  const type = capitalized(messageName);
  schema.addElement(messageName, type, input.length === 0);
  schema.writeType({ name: type, documentation, fields: input }, callInfoOf('requiredInput', name));
  return messageName;
}

function describeOutput(
  name: string,
  output: NonNullable<SoapOperation['output']>,
  schema: WsdlSchema,
): string {
  const messageName = `${name}Response`;
  const type = capitalized(messageName);
  const documentation = `Response container for the ${name} call.`;
  schema.addElement(messageName, type);
  schema.writeType({ name: type, documentation, fields: [output] }, callInfoOf('returned', name));
  return messageName;
}

function message(name: string): string {
  return element('message', { name }, element('part', { name: 'messageParameters', element: `tns:${name}` }));
}

function portOperation(name: string, { output }: SoapOperation): string {
  return element(
    'operation',
    { name },
    element('input', { message: `tns:${name}Request` }) +
      (output ? element('output', { message: `tns:${name}Response` }) : '') +
      element('fault', { name: 'GenericFault', message: 'tns:GenericFault' }),
  );
}

function boundOperation(name: string, { output }: SoapOperation): string {
  const body = element('soap12:body', { use: 'literal' });
  return element(
    'operation',
    { name },
    element('soap12:operation', { soapAction: name }) +
      element('input', {}, body) +
      (output ? element('output', {}, body) : '') +
      element('fault', { name: 'GenericFault' }),
  );
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
