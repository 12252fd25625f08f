// The part of the page on differences that the differential suite watches over.

/** What comes out differently for the same configuration from the same state; each has a case or a rule in the suite. */
export const besideTerraform = `## The same configuration, side by side

\`test/differential\` runs fixed and random configurations through both programs from the same state: of \`terraform_data\`, and
of customers in the emulated hub, the examples and changes behind the back among them. It compares plans, records, what is
done in which order, the writes that reach the hub, and what they leave there. These differences stay:

| What | Terraform | Hubform | Why |
| --- | --- | --- | --- |
| Numbers that are not exact in binary | 512 binary digits: \`1/3\` ends in 5, \`0.1 + 0.2\` may show its tail, zero can be negative | exact decimals, 154 digits where they do not end; one zero | what is written is what is kept |
| The type of null, and of what is empty | kept: \`null\` of a \`string\` variable is recorded with its type | not known: recorded as plain null, \`[]\` or \`{}\` | values carry no type beyond their content; the other program may show one update without effect |
| List or tuple, map or object | told by the signature of every function | told by the value and by the functions that make lists and maps: after some chains of functions a list is recorded as a tuple | the content is the same, and Terraform plans nothing on it |
| What is not known yet | has a type, and may be known not to be null: \`length()\` of a tuple to come, \`id == null\`, comparing it with another type | is just not known; some functions can tell more all the same, such as \`contains([], x)\` | in plans only; what comes of it is the same, unless a trigger or a count hangs on it |
| Only a mark of sensitivity changes | listed as an update, which calls no provider | not listed; the record follows. \`replace_triggered_by\` takes it for a change too, but only where an attribute is hidden no longer | nothing is done to the object |
| Reach of marks | each element | now and then the whole list or object | rather too much is hidden than too little |
| Marks of what is replaced | with \`ignore_changes\`, the plan still hides what was secret in the object before | hides what is secret in the new one | it is followed again |
| What turns out to be secret only when other things are known | hidden in state, though the plan showed it | stays as it was in the plan | it was shown |
| \`create_before_destroy\` that a dependent forces | on the instance it refers to | on all instances of the block | one block, one order |
| Removing an object with \`create_before_destroy\` while what it stands on is replaced | may fail with "Cycle" | is planned | there is an order |
| Objects that go, and are referred to as a whole (\`x[*]\`) by one that is replaced | may fail with "Configuration contains unknown value", which it calls a bug of its own | is applied | what is left is known |
| A value that turns out to be of another type, or sensitive, when it is known | "Provider produced inconsistent final plan" | is applied | what was known when it was reviewed still holds |
| \`create_before_destroy\` in a run that only refreshes | recorded from the configuration | stays as recorded | only what is there is looked at |
| Order of making | by instance, and now and then before an instance that it could wait for | after every instance of the blocks it refers to | one block, one order |
| Order of destroying | an object may go before what no longer refers to it is updated | after it | services refuse to delete what is in use |
| Destroying everything | looks at everything again first, and shows outputs as they would have become | shows what is recorded | it is about to go |
| \`refresh\` | lists no objects in the plan; fails where an output refers to objects that are not made yet | lists them unchanged; such an output is not known | |
| An object that is new and triggered | \`replace_by_triggers\` as its reason | no reason | there is nothing to replace |
| \`templatestring\` of a text that is written in place | refused: it must be a reference | is rendered | it means the same |
| Empty blocks, such as \`"output": {}\` | refused | passed over | generators write them |
| What would be created is there already | the service refuses when applying; what could be done is done | refused when planning, with the way to import it | nothing is half done |
| Two blocks describe the same object, such as one grant | both are applied, and removing one removes it from under the other | refused when planning | it would be one object with two records |
| An object was made, and then something failed | recorded as tainted: the next run destroys it and makes another | recorded as far as it is known: the next run completes it | an invitation is not sent twice |
| An object that no block wants any more, and that somebody changed | shown as it was recorded | shown as it is | it is looked at before it goes |
| The look-up of a \`check\` finds nothing | recorded with nulls | not recorded | there is nothing to record |
| A condition of a \`check\` that is only known after apply | a warning in the plan | \`unknown\` in \`checks\` of the plan, and no warning | every first plan would warn |
| An error message that holds a secret, of a condition that holds | a warning | nothing: it is not shown when it does not hold | nothing is wrong |
| Conditions of a look-up that was done while planning | \`unknown\` in state once the plan is applied | as they were found | it was not looked at again |
| An output that holds a null, or something empty, from a state of the other program | may be listed as updated, since its type is told more exactly | not listed | its content is the same |
`
